// Stands in for undici in the bundle: @actions/http-client imports ProxyAgent eagerly, yet only
// getAgentDispatcher() uses it, which this action never calls. Saves 900 kB and 30 ms of start-up.
export class ProxyAgent {
  constructor() {
    throw new Error('undici is not bundled: HttpClient.getAgentDispatcher is not supported here')
  }
}
