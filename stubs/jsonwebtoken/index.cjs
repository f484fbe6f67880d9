// Stands in for jsonwebtoken, which takes 150 kB of source and 8 ms to load, most of it to read tokens and options.
// @azure/msal-node signs with it the one token by which a certificate proves an application's identity (RFC 7515): the
// same header, claims and refusals, signed by the library that jsonwebtoken signs with, which is loaded then.
const { createPrivateKey, KeyObject } = require('node:crypto')

const MIN_BITS = 2_048

exports.sign = (claims, privateKey, { header }) => {
  const key = privateKey instanceof KeyObject ? privateKey : readKey(privateKey)
  const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength = 0 } = {} } = key
  if (!/^(?:RS|PS)256$/.test(header.alg) || !type.startsWith('rsa') || modulusLength < MIN_BITS) {
    throw new Error(`${header.alg} needs an RSA key of ${MIN_BITS} bits or more`)
  }
  return require('jws').sign({
    header: { typ: 'JWT', ...header },
    payload: { ...claims, iat: Math.floor(Date.now() / 1_000) },
    privateKey: key
  })
}

// What OpenSSL says of a key that it cannot read names neither the key nor the reason.
function readKey(pem) {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new Error(
      'its private key is missing, is damaged, or is encrypted and no password is given'
    )
  }
}
