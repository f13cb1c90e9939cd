import { createTongbao } from '@tongbao/sdk'
import { useState } from 'react'
import { hearDate } from '~/app/clock.ts'
import { languageNow } from '~/words/words.ts'

const TRIES_MAX = 3

/**
 * The one line to the server: `api.get('/api/v1/wallets/me', { signal })`. What it answers and what it must be told is
 * typed by the path; what the server refuses is thrown as a `Problem`.
 */
export const api = createTongbao({
  ...{ baseUrl: '', language: languageNow, triesMax: TRIES_MAX },
  fetch: async (...asked) => {
    const reply = await fetch(...asked)
    hearDate(reply.headers.get('date'))
    return reply
  },
})

/** A key for one intent of a person: the same through every try, so that it counts once. */
const newIntent = (): string =>
  // randomUUID is there on https and localhost alone.
  `web_${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`

/** The key of what a form is about to do; `next()` when that is done, or is about something else now. */
export function useIntent(): { readonly key: string; readonly next: () => void } {
  const [key, setKey] = useState(newIntent)
  return { key, next: () => setKey(newIntent()) }
}
