/** The named reference: one GET by node's own http, in CommonJS, and nothing else. */
require('node:http').get(
  process.env.BENCH_URL,
  { headers: { authorization: `Bearer ${process.env.BENCH_TOKEN}` } },
  (answer) => answer.resume()
)
