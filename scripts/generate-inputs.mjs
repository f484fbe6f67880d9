// Fills docs/inputs.md from action.yml, so that the two cannot disagree.
import { readFileSync } from 'node:fs'
import { bringUpToDate } from './generated-file.mjs'
import { fillInputsPage } from './inputs-page.ts'

bringUpToDate('docs/inputs.md', 'action.yml', (page) =>
  fillInputsPage(readFileSync('action.yml', 'utf8'), page)
)
