import { useLingui } from '@lingui/react'
import { useCallback } from 'react'

/** Kinds of words that the server says in its own; each has its names in the list of words. */
const KEYS = {
  state: (word: string) => `state.${word}`,
  entry: (word: string) => `entry.${word}`,
  act: (word: string) => `act.${word}`,
  acts: (word: string) => `acts.${word}`,
  why: (word: string) => `why.${word}`,
  stays: (word: string) => `stays.${word}`,
  source: (word: string) => `source.${word}`,
  proposal: (word: string) => `proposal.${word}`,
  role: (word: string) => `role.${word}`,
  type: (word: string) => `type.${word}`,
  book: (word: string) => `book.${word}`,
  own_reason: (word: string) => `own_reason.${word}`,
  cause: (word: string) => `cause.${word}`,
  told: (word: string) => `told.${word}`,
  asset: (word: string) => `asset.${word}`,
  target: (word: string) => `target.${word}`,
  actor: (word: string) => `actor.${word}`,
  channel: (word: string) => `channel.${word}`,
  job: (word: string) => `job.${word}`,
  method: (word: string) => `method.${word}`,
  fault: (word: string) => `fault.${word}`,
} as const

type Kind = keyof typeof KEYS

/** The name of a word of the server; one that has none is shown as it is. */
export function useTerm(): (kind: Kind, word: string) => string {
  const { i18n } = useLingui()
  const { locale } = i18n
  return useCallback(
    (kind, word) => {
      const key = `console:${KEYS[kind](word)}`
      return locale !== '' && key in i18n.messages ? i18n._(key) : word
    },
    [i18n, locale],
  )
}

/** Every word of a kind that has a name, to be chosen from. */
export function useWordsOf(kind: Kind): readonly string[] {
  const { i18n } = useLingui()
  const begin = `console:${KEYS[kind]('')}`
  return Object.keys(i18n.messages)
    .filter((key) => key.startsWith(begin))
    .map((key) => key.slice(begin.length))
}
