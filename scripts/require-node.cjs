// Says in one line that this Node.js is too old, before any other file is read. Plain enough for any Node.js to read it
// itself: nothing newer than 2015 may stand here, and nothing is imported.
'use strict'

const NEEDED_MAJOR = 24
const isNewEnough = Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR
const readsTypeScript = Boolean(process.features.typescript)

if (!isNewEnough || !readsTypeScript) {
  const lack = isNewEnough ? ', without its type stripping' : ''
  process.stderr.write(
    `This needs Node.js ${NEEDED_MAJOR} or newer, and runs on ${process.versions.node}${lack}: ` +
      '`npm ci` brings it along on Linux on x64, for `npm run`; elsewhere install the version in .node-version.\n'
  )
  process.exit(1)
}
