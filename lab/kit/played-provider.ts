import type { Kit, OpenProvider } from './provider.ts'
import { json } from './serve.ts'

/** The least provider there can be: it counts what it is told to do, and sends what it is told to send. */
export const openPlayed =
  (name: string, retriesMs: readonly number[] = []): OpenProvider =>
  async (kit: Kit) => {
    let done = 0
    return {
      name,
      handle: async ({ url }) => {
        done += 1
        return json(200, { done, now: kit.now(), path: url.pathname + url.search })
      },
      controls: {
        send: async ({ url, word }) => {
          kit.deliver({
            provider: name,
            url: String(url),
            retriesMs,
            message: ({ forged }) => ({ headers: { forged: String(forged) }, body: String(word) }),
            acknowledged: (status, body) => status === 200 && body === '\n',
          })
          return { sent: word }
        },
        soon: async () => {
          kit.later(1_000, () => {
            done += 100
          })
          return {}
        },
        break: async () => {
          kit.later(1_000, () => {
            throw new Error('a mistake of the lab')
          })
          return {}
        },
        strikes: async ({ fault }) => ({
          struck: kit.strikes(fault === 'wrong_amount' ? fault : 'latency'),
        }),
      },
      account: (baseUrl) => ({ base_url: baseUrl }),
      books: () => [
        { kind: 'payment', number: '1', id: 'x', amount: done, currency: 'CNY', state: '' },
      ],
    }
  }
