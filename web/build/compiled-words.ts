import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import type { Plugin } from 'vite'

const WORDS = /\/web\/src\/words\/[^/]+\/(?:zh|en)\.ts$/

/** Turns the lists of words into what Lingui reads at once, so that no browser loads a parser. */
export const compiledWords = (): Plugin => ({
  name: 'tongbao-words',
  enforce: 'pre',
  async load(id) {
    const path = id.split('?')[0] ?? id
    if (!WORDS.test(path)) return undefined
    // The list is plain data, and Node reads it as it is; the time makes it read it anew after a change.
    const address = `${pathToFileURL(path).href}?${statSync(path).mtimeMs}`
    const lists = (await import(address)) as Record<string, Record<string, string>>
    const lines = Object.entries(lists).map(
      ([name, list]) => `export const ${name} = ${JSON.stringify(compiled(list, path))}`,
    )
    return { code: lines.join('\n'), moduleType: 'js' }
  },
})

const compiled = (list: Record<string, string>, path: string) =>
  Object.fromEntries(
    Object.entries(list).map(([key, text]) => {
      try {
        return [key, compileMessage(text)]
      } catch (error) {
        throw new Error(`${path}: ${key} is no message: ${String(error)}`)
      }
    }),
  )
