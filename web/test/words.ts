import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Messages, setupI18n } from '@lingui/core'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import type { Manner } from './manners.ts'

const FOLDER = join(import.meta.dirname, '../src/words')

/** What the pages say, from their own lists: a test that looks for words that nobody says fails by name. */
export interface Say {
  (area: string, key: string, values?: Readonly<Record<string, string | number>>): string
  /** The words around whatever is filled in. */
  readonly like: (area: string, key: string) => RegExp
}

export async function wordsOf(language: Manner['language']): Promise<Say> {
  const name = language === 'zh-CN' ? 'zh' : 'en'
  const raw: Record<string, string> = {}
  for (const area of readdirSync(FOLDER, { withFileTypes: true })) {
    if (!area.isDirectory()) continue
    const list = (await import(join(FOLDER, area.name, `${name}.ts`))) as Record<string, Messages>
    for (const [key, text] of Object.entries(list[name] ?? {}))
      raw[`${area.name}:${key}`] = String(text)
  }
  const compiled = Object.fromEntries(
    Object.entries(raw).map(([key, text]) => [key, compileMessage(text)]),
  )
  const i18n = setupI18n({ locale: language, messages: { [language]: compiled } })
  const known = (area: string, key: string): string => {
    const text = raw[`${area}:${key}`]
    if (text === undefined) throw new Error(`no page says ${area}:${key}`)
    return text
  }
  return Object.assign(
    (area: string, key: string, values = {}) => {
      known(area, key)
      return i18n._(`${area}:${key}`, values)
    },
    {
      like: (area: string, key: string) =>
        new RegExp(
          known(area, key)
            .split(/\{[^}]*\}/)
            .map(escaped)
            .join('.*'),
        ),
    },
  )
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
