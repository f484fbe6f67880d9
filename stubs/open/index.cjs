// Stands in for the `open` package in the bundle: no sign-in of this action ever opens a browser.
module.exports = () => {
  throw new Error('opening a browser is not supported in this action')
}
