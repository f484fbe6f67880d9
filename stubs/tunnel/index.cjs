// Stands in for the entry of tunnel: @actions/http-client imports it eagerly, and only a run behind a proxy uses it. As it
// is, but loaded then.
const load = () => require('../../node_modules/tunnel/index.js')
exports.httpOverHttp = (options) => load().httpOverHttp(options)
exports.httpsOverHttp = (options) => load().httpsOverHttp(options)
exports.httpOverHttps = (options) => load().httpOverHttps(options)
exports.httpsOverHttps = (options) => load().httpsOverHttps(options)
