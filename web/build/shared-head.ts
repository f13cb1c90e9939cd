import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const HEAD = join(import.meta.dirname, '../src/app/head.html')

/** What stands in the head of every page is written once; first of all, so that its links are built as a page's own. */
export const sharedHead = (): Plugin => ({
  name: 'tongbao-shared-head',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) => html.replace('<head>', () => `<head>\n${readFileSync(HEAD, 'utf8')}`),
  },
})
