/**
 * Certificates made when they are needed, good for nothing but this machine.
 */
import { isIP } from 'node:net'
import { generate } from 'selfsigned'

/** A private key and the certificate that goes with it, both PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** A certificate for a TLS server, which signs itself: a client must be told to trust it. */
export async function createServerCertificate(hosts: readonly string[]): Promise<Certificate> {
  const altNames = hosts.map((host) =>
    isIP(host) === 0 ? { type: 2 as const, value: host } : { type: 7 as const, ip: host }
  )
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames }
    ]
  })
  return { key, cert }
}

/** A certificate that proves an application's identity; Microsoft Entra ID takes RSA keys only. */
export async function createClientCertificate(): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'application' }], {
    keyType: 'rsa',
    keySize: 2048,
    algorithm: 'sha256'
  })
  return { key, cert }
}
