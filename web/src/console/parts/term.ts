import { useLingui } from '@lingui/react'
import { useCallback } from 'react'

/** Kinds of words that the server says in its own; each has its names in the list of words. */
export type TermKind =
  | 'state'
  | 'entry'
  | 'act'
  | 'why'
  | 'source'
  | 'proposal'
  | 'role'
  | 'type'
  | 'book'
  | 'cause'
  | 'told'

/** The name of a word of the server; one that has none is shown as it is. */
export function useTerm(): (kind: TermKind, word: string) => string {
  const { i18n } = useLingui()
  const { locale } = i18n
  return useCallback(
    (kind, word) => {
      const key = `console:${kind}.${word}`
      return locale !== '' && key in i18n.messages ? i18n._(key) : word
    },
    [i18n, locale],
  )
}
