/** The named reference: one GET by node's own https, in CommonJS, and nothing else. */
require('node:https').get(
  process.env.BENCH_URL,
  { headers: { authorization: `Bearer ${process.env.BENCH_TOKEN}` } },
  (answer) => answer.resume()
)
