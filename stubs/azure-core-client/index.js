// Stands in for @azure/core-client in the bundle. @azure/identity takes only its ServiceClient, to send requests over
// the HTTP client that it is given. The original passes each through a dozen policies, all switched off here because
// that client does what they are for: it knows the proxy, follows no redirect, and asks again where it is worth it. They
// are 350 kB of source, and one look of theirs at `FormData` makes Node.js load an HTTP client of its own (16 ms).
export class ServiceClient {
  #httpClient

  constructor({ httpClient }) {
    if (httpClient === undefined) throw new Error('not bundled: an HTTP client of the library')
    this.#httpClient = httpClient
  }

  sendRequest(request) {
    return this.#httpClient.sendRequest(request)
  }
}
