// Stands in for @azure/core-rest-pipeline in the bundle, beside core-client: what @azure/identity makes its requests of,
// as far as it and the HTTP client that it is given look at them.
export function createHttpHeaders(given = {}) {
  const headers = new Map()
  const set = (name, value) => {
    headers.set(name.toLowerCase(), String(value).trim())
  }
  for (const [name, value] of Object.entries(given)) set(name, value)
  return {
    set,
    get: (name) => headers.get(name.toLowerCase()),
    has: (name) => headers.has(name.toLowerCase()),
    delete: (name) => {
      headers.delete(name.toLowerCase())
    },
    toJSON: () => Object.fromEntries(headers),
    [Symbol.iterator]: () => headers.entries()
  }
}

export function createPipelineRequest({ method = 'GET', headers = createHttpHeaders(), ...rest }) {
  return { ...rest, method, headers }
}

// For a client that takes no policies: whether to ask again is not for the library to say.
export function retryPolicy() {
  return undefined
}

// Named by parts of @azure/identity that no credential of this action uses.
function refuse() {
  throw new Error('not bundled: no credential of this action asks for it')
}
export const bearerTokenAuthenticationPolicy = refuse
export const createDefaultHttpClient = refuse
export const createEmptyPipeline = refuse
