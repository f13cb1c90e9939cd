import createClient from 'openapi-fetch'
import { useState } from 'react'
import { Problem, problemFrom } from '~/app/problem.ts'

/** How a call is written until the SDK brings the types of each path. */
interface Wish {
  readonly params?: {
    readonly query?: object
    readonly path?: object
    readonly header?: Readonly<Record<string, string>>
  }
  readonly body?: unknown
  readonly signal?: AbortSignal
}
interface Answer {
  readonly data?: never
  readonly error?: unknown
  readonly response: Response
}
type Verb = (path: `/api/v1/${string}`, wish?: Wish) => Promise<Answer>
type Client = Readonly<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Verb>>

const client = createClient<Record<string, never>>({ baseUrl: location.origin })
client.use({
  onRequest: ({ request }) => {
    request.headers.set('accept-language', document.documentElement.lang)
    return request
  },
})

/** The one place that talks to the server; everything else asks through it. */
export const api = client as object as Client

/** The answer of a call, or its problem thrown: `ask(api.GET('/api/v1/wallets/me'))`. */
export async function ask<T>(
  answer: Promise<{ readonly data?: T; readonly error?: unknown; readonly response: Response }>,
): Promise<T> {
  const { data, error, response } = await answer.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new Problem({}, 0)
  })
  if (!response.ok) throw problemFrom(error, response)
  return data as T
}

/** A key for one intent of a person: the same through every try, so that it counts once. */
export const newIntent = (): string =>
  `web_${[...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`

export const intent = (key: string) => ({ 'Idempotency-Key': key })

/** The key of what a form is about to do; `next()` when it is done, or is about something else now. */
export function useIntent(): { readonly key: string; readonly next: () => void } {
  const [key, setKey] = useState(newIntent)
  return { key, next: () => setKey(newIntent()) }
}
