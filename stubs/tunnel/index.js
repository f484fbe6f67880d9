// Stands in for `tunnel` in the bundle: @actions/http-client imports it eagerly, and only a run behind a proxy uses it.
// As it is, but loaded then.
const load = () => require('../../node_modules/tunnel/index.js')
for (const name of ['httpOverHttp', 'httpsOverHttp', 'httpOverHttps', 'httpsOverHttps']) {
  exports[name] = (options) => load()[name](options)
}
