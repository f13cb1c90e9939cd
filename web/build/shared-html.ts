import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const partOf = (name: string) =>
  readFileSync(join(import.meta.dirname, '../src/app', `${name}.html`), 'utf8')

/**
 * What stands in every page is written once: its head, first of all, so that its links are built as a page's own; and
 * its root, with the mark in it for as long as the script is on its way.
 */
export const sharedHtml = (): Plugin => ({
  name: 'tongbao-shared-html',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html
        .replace('<head>', () => `<head>\n${partOf('head')}`)
        .replace('<body>', () => `<body>\n${partOf('root')}`),
  },
})
