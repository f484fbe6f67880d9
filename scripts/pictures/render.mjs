// Job summaries as GitHub shows them: Markdown, GitHub's style sheet and charts, in a browser without a window.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const BROWSER = process.env.PICTURES_BROWSER ?? 'chromium'
const PACKAGES = 'marked@16 github-markdown-css@5 mermaid@11 upng-js@2'
/** Where they were installed; the folder of the repository where nothing else is said. */
const FOLDER = resolve(process.env.PICTURES_MODULES ?? '.', 'package.json')
/** Longer summaries are cut. */
const MAX_HEIGHT_PIXELS = 6_000
const MARGIN_PIXELS = 16
const MAX_COLORS = 64
const BYTES_PER_PIXEL = 4

/** Widths of the pictures: that of a summary on a desktop, and of a phone. */
export const WIDTHS = { desktop: 900, phone: 390 }

/** The packages, or an error that says how to install them. */
export async function loadRenderer() {
  const require = createRequire(FOLDER)
  try {
    const { marked } = await import(pathToFileURL(require.resolve('marked')).href)
    const { default: UPNG } = await import(pathToFileURL(require.resolve('upng-js')).href)
    const style = (theme) =>
      readFileSync(require.resolve(`github-markdown-css/github-markdown-${theme}.css`), 'utf8')
    const mermaid = join(require.resolve('mermaid'), '../mermaid.min.js')
    return { marked, UPNG, styles: { light: style('light'), dark: style('dark') }, mermaid }
  } catch (error) {
    const how = `npm install --no-save --prefix FOLDER ${PACKAGES} && export PICTURES_MODULES=FOLDER`
    throw new Error(`${error.message}\nThe packages for the pictures are missing: ${how}`)
  }
}

/** A picture of Markdown, as the bytes of a PNG. */
export async function renderPicture(markdown, { theme, width }, renderer) {
  const folder = mkdtempSync(join(tmpdir(), 'picture-'))
  try {
    const [page, shot] = ['page.html', 'shot.png'].map((name) => join(folder, name))
    writeFileSync(page, composePage(markdown, theme, renderer))
    await run(BROWSER, [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      `--user-data-dir=${join(folder, 'profile')}`,
      `--window-size=${width},${MAX_HEIGHT_PIXELS}`,
      '--virtual-time-budget=10000',
      `--screenshot=${shot}`,
      pathToFileURL(page).href
    ])
    return shrink(readFileSync(shot), renderer.UPNG)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function composePage(markdown, theme, { marked, styles, mermaid }) {
  // As GitHub shows a chart: in the place of its block.
  const html = marked
    .parse(markdown, { gfm: true })
    .replace(
      /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
      '<pre class="mermaid">$1</pre>'
    )
  const chart = JSON.stringify({ startOnLoad: true, theme: theme === 'dark' ? 'dark' : 'default' })
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>${styles[theme]}
html { background: var(--bgColor-default, ${theme === 'dark' ? '#0d1117' : '#ffffff'}); }
body { margin: 0; }
.markdown-body { padding: ${MARGIN_PIXELS}px; }
.markdown-body pre.mermaid { background: none; padding: 0; }
</style>
<body><article class="markdown-body">${html}</article>
<script src="${pathToFileURL(mermaid).href}"></script>
<script>mermaid.initialize(${chart})</script>
</body>`
}

/** Cut below the last line that is not empty, and in few colors. */
function shrink(bytes, UPNG) {
  const image = UPNG.decode(bytes)
  const pixels = new Uint32Array(UPNG.toRGBA8(image)[0])
  const { width } = image
  const [background] = pixels
  const last = pixels.findLastIndex((pixel) => pixel !== background)
  const height = Math.min(image.height, Math.ceil((last + 1) / width) + MARGIN_PIXELS)
  const cut = pixels.buffer.slice(0, width * height * BYTES_PER_PIXEL)
  return Buffer.from(UPNG.encode([cut], width, height, MAX_COLORS))
}
