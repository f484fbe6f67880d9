// Makes the pictures of docs/ and docs/showcase.md anew: `npm run build && npm run pictures`. It runs the built action
// against the simulator for each scene, and shows its summary in a browser.
// `npm run pictures -- --rehearse FOLDER` leaves docs/ as it is, and puts every scene and size into a folder, in both
// themes and widths.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadRenderer, renderPicture, WIDTHS } from './render.mjs'
import { REHEARSALS, SCENES } from './scenes.mjs'
import { composeShowcase } from './showcase.mjs'
import { openStage } from './stage.mjs'

const DOCS = 'docs'
/** Browsers that draw at the same time. */
const PAINTERS = 2

const [option, folder] = process.argv.slice(2)
const isRehearsal = option === '--rehearse' && folder !== undefined
const renderer = await loadRenderer()
const plays = await Promise.all((isRehearsal ? [...SCENES, ...REHEARSALS] : SCENES).map(play))
const pictures = plays.flatMap(isRehearsal ? listAllPictures : listPictures)
if (isRehearsal) mkdirSync(folder, { recursive: true })
else removeOldPictures()
await paint(pictures, isRehearsal ? folder : DOCS)
if (!isRehearsal) writeFileSync(join(DOCS, 'showcase.md'), composeShowcase(plays))

/** Plays a scene on a stage of its own. */
async function play(scene) {
  const stage = await openStage()
  try {
    const runs = await scene.play(stage)
    return { scene, runs, markdown: runs.map(showRun).join('\n\n') }
  } finally {
    await stage.close()
  }
}

/** What GitHub shows of a step: its summary, or else its annotations. */
function showRun({ summary, annotations }) {
  if (summary !== '') return summary
  const list = annotations.map(({ message }) => `- ❌ ${message.replace(/[<>&]/g, toEntity)}`)
  return ['### Annotations', ...list].join('\n\n')
}

function toEntity(mark) {
  return `&#${mark.charCodeAt(0)};`
}

function listPictures({ scene, markdown }) {
  const light = { name: `summary-${scene.name}`, theme: 'light', width: WIDTHS.desktop, markdown }
  const dark = { ...light, name: `summary-${scene.name}-dark`, theme: 'dark' }
  return scene.isDark ? [light, dark] : [light]
}

function listAllPictures({ scene, markdown }) {
  return Object.entries(WIDTHS).flatMap(([size, width]) =>
    ['light', 'dark'].map((theme) => ({
      name: `${scene.name}-${size}-${theme}`,
      theme,
      width,
      markdown
    }))
  )
}

function removeOldPictures() {
  const names = readdirSync(DOCS).filter((name) => /^summary-.*\.png$/.test(name))
  for (const name of names) rmSync(join(DOCS, name))
}

async function paint(list, into) {
  const open = [...list]
  const painters = Array.from({ length: PAINTERS }, async () => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const bytes = await renderPicture(next.markdown, next, renderer)
      writeFileSync(join(into, `${next.name}.png`), bytes)
      console.log(`${join(into, next.name)}.png: ${Math.round(bytes.length / 1000)} kB`)
    }
  })
  await Promise.all(painters)
}
