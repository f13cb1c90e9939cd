import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HtmlTagDescriptor, Plugin } from 'vite'

const SOURCE = join(import.meta.dirname, '../src/app/first.js')

/**
 * Puts the script that sets theme and language before everything else in each page: a file of its own, because the
 * policy allows no script inside the page, and no module, because those run after the first picture.
 */
export function firstScript(): Plugin {
  let serving = false
  const name = () => {
    const hash = createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 8)
    return `static/first-${hash}.js`
  }
  return {
    name: 'tongbao-first-script',
    config: (_config, { command }) => {
      serving = command === 'serve'
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: name(), source: readFileSync(SOURCE) })
    },
    transformIndexHtml: (): HtmlTagDescriptor[] => [
      {
        tag: 'script',
        attrs: { src: serving ? '/src/app/first.js' : `/${name()}` },
        injectTo: 'head-prepend',
      },
    ],
  }
}
