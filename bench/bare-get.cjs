/** The named reference: one GET by node's own http, in CommonJS, and nothing else. */
require('node:http').get(
  process.env.BENCH_URL,
  { headers: { authorization: 'Bearer bench' } },
  (answer) => answer.resume()
)
