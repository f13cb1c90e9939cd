import { expect } from 'vitest'
import { BOOTSTRAP_KEY, type TestWorld } from './world.ts'

const V1 = '/api/v1/credits'
const DAY_MS = 86_400_000

let made = 0
export const newKey = () => `key-${String(++made).padStart(8, '0')}`
export const newApp = () => `app-user-${++made}`

type Draws = { readonly lot_id: string; readonly amount: number }[]
export const drawn = (draws: Draws) => draws.map(({ lot_id, amount }) => [lot_id, amount])

/** Credits as an app uses them: through the front door, with the bootstrap key. */
export function openTill(world: TestWorld) {
  const post = async (path: string, body?: unknown, key: string = newKey()) => {
    const reply = await world.call('POST', `${V1}/${path}`, {
      as: BOOTSTRAP_KEY,
      ...(body !== undefined && { body }),
      headers: key === '' ? {} : { 'idempotency-key': key },
    })
    const replayed = reply.headers['idempotent-replayed'] === 'true'
    return { status: reply.statusCode, body: reply.json(), replayed }
  }
  const read = async (path: string, as = BOOTSTRAP_KEY) => {
    const reply = await world.call('GET', `/api/v1/${path}`, { as })
    return { status: reply.statusCode, body: reply.json() }
  }
  return {
    post,
    read,
    /** Bought credits unless said otherwise; answers with the lot. */
    give: async (external_id: string, amount: number, more: object = {}): Promise<string> => {
      const reply = await post('grants', { external_id, amount, source: 'purchase', ...more })
      expect(reply.status, JSON.stringify(reply.body)).toBe(201)
      return reply.body.lot_id
    },
    balanceOf: async (external_id: string) => {
      const { body } = await read(`credits/balance?external_id=${external_id}`)
      return { available: body.available, held: body.held, debt: body.debt }
    },
    /** What remains, by lot. */
    lotsOf: async (external_id: string): Promise<Record<string, number>> => {
      const { items } = (await read(`credits/lots?external_id=${external_id}`)).body
      return Object.fromEntries(
        items.map((lot: { lot_id: string; remaining: number }) => [lot.lot_id, lot.remaining]),
      )
    },
    inDays: (days: number) => new Date(world.clock.now() + days * DAY_MS).toISOString(),
    passDays: (days: number) => world.clock.shift(world.clock.shiftMs + days * DAY_MS),
  }
}
