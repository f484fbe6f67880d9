/** An action of a few lines, for the tests of run-action: it says what it sees, and does what its input asks for. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'

const output = (name, value) =>
  appendFileSync(process.env.GITHUB_OUTPUT, `${name}<<END_1\n${value}\nEND_1\n`)
output('environment', JSON.stringify(process.env))
output('cwd', process.cwd())
appendFileSync(process.env.GITHUB_OUTPUT, 'plain=a=b<<c\n')
appendFileSync(process.env.GITHUB_STATE, 'handle=1\n')
appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# Done\n')
if (existsSync('infra/main.json')) output('file', readFileSync('infra/main.json', 'utf8'))
console.log('::add-mask::secret')
console.log('::error title=Failed%3A 50%25,file=a.ts::line one%0Aline two')
console.error('on stderr')
switch (process.env.INPUT_DO) {
  case 'fail':
    process.exitCode = 3
    break
  case 'hang':
    process.on('SIGINT', () => process.exit(7))
    setInterval(() => {}, 1000)
    console.log('hanging')
    break
  case 'break-output':
    writeFileSync(process.env.GITHUB_OUTPUT, 'x<<END\nno end')
}
