// Stands in for ecdsa-sig-formatter in the bundle: what signs with jws names it for keys on elliptic curves, and Entra takes
// none. A key that is not RSA is refused before (../jsonwebtoken).
function refuse() {
  throw new Error('not bundled: no certificate is used with a key on an elliptic curve')
}
exports.derToJose = refuse
exports.joseToDer = refuse
