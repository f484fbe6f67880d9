/**
 * The named reference of a sign-in and a PUT: the same exchanges by node's own https, in CommonJS, one after the other.
 * With a request URL for ID tokens it proves itself by one of those, else by a secret. Knows of no fault and no mask.
 */
const https = require('node:https')

const { BENCH_URL, BENCH_BODY, BENCH_TOKEN_URL, BENCH_FORM } = process.env
const { ACTIONS_ID_TOKEN_REQUEST_URL: idUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken } = process.env
const AUDIENCE = encodeURIComponent('api://AzureADTokenExchange')

function exchange(method, url, headers, body) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      answer.on('end', () => resolve(JSON.parse(text)))
    })
    request.on('error', reject).end(body)
  })
}

async function prove() {
  if (idUrl === undefined) return ''
  const headers = { authorization: `Bearer ${idToken}` }
  const { value } = await exchange('GET', `${idUrl}&audience=${AUDIENCE}`, headers)
  const type = encodeURIComponent('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
  return `&client_assertion_type=${type}&client_assertion=${value}`
}

async function main() {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const token = await exchange('POST', BENCH_TOKEN_URL, form, BENCH_FORM + (await prove()))
  const headers = {
    authorization: `Bearer ${token.access_token}`,
    'content-type': 'application/json'
  }
  await exchange('PUT', BENCH_URL, headers, BENCH_BODY)
}

main().catch(({ message }) => {
  console.error(message)
  process.exitCode = 1
})
