// Stands in for jsonwebtoken in the bundle, which takes 150 kB of source and 8 ms to load. @azure/msal-node signs with it
// the one token by which a certificate proves an application's identity (RFC 7515, RFC 7518 sections 3.3 and 3.5).
import { constants, createPrivateKey, KeyObject, sign as signText } from 'node:crypto'

const MIN_BITS = 2_048
const ALGORITHMS = {
  RS256: { types: ['rsa'], padding: constants.RSA_PKCS1_PADDING },
  PS256: {
    types: ['rsa', 'rsa-pss'],
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST
  }
}

function sign(claims, privateKey, { header }) {
  const algorithm = ALGORITHMS[header.alg]
  if (algorithm === undefined) throw new Error(`signing with ${header.alg} is not supported`)
  const { types, ...scheme } = algorithm
  const key = privateKey instanceof KeyObject ? privateKey : createPrivateKey(privateKey)
  const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength = 0 } = {} } = key
  if (!types.includes(type) || modulusLength < MIN_BITS) {
    throw new Error(`the private key of the certificate is no RSA key of ${MIN_BITS} bits or more`)
  }
  const issuedAt = Math.floor(Date.now() / 1_000)
  const text = [
    { alg: header.alg, typ: 'JWT', ...header },
    { ...claims, iat: issuedAt }
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = signText('sha256', Buffer.from(text), { key, ...scheme })
  return `${text}.${signature.toString('base64url')}`
}

export default { sign }
