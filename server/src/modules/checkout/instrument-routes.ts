import Type from 'typebox'
import { actorOf, writeAudit } from '#audit'
import { creditRefusals, NAMING } from '#credits'
import { inTx } from '#kernel/db'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { endInstrument, type Instrument, listInstruments, paymentRefusals } from '#payments'
import type { Counter } from './deps.ts'
import { mayPay } from './pay-order.ts'
import { ById, strict, Time, whose } from './shapes.ts'

const area = 'payments'
const { instrument_unknown } = paymentRefusals.texts
const InstrumentShape = Type.Object(
  {
    instrument_id: Type.String(),
    channel: Type.String(),
    account: Type.String(),
    currency: Type.String({ description: 'What it was charged in when it was saved' }),
    livemode: Type.Boolean(),
    created_at: Time,
  },
  strict,
)
const answerOf = (one: Instrument) => ({
  ...{ instrument_id: one.id, channel: one.channel, account: one.account },
  ...{ currency: one.currency, livemode: one.livemode, created_at: one.createdAt },
})

/** Cards that are charged while their owner is away; only the provider knows their numbers. */
export const instrumentRoutes = (deps: Counter): Route[] => [
  defineRoute({
    method: 'GET',
    url: '/api/v1/payments/instruments',
    scope: 'payments:read',
    name: 'list_instruments',
    summary: 'What an owner has saved to be charged with, the newest first',
    area,
    query: Type.Object(whose, strict),
    answer: Type.Object({ items: Type.Array(InstrumentShape) }, strict),
    refuses: NAMING,
    handle: async ({ principal, query }) => {
      const account = await deps.whichAccount(principal, query)
      if (!account.ok) return account
      return done({ items: (await listInstruments(deps.db, account.value.owner)).map(answerOf) })
    },
  }),
  defineRoute({
    method: 'DELETE',
    url: '/api/v1/payments/instruments/:id',
    scope: 'payments:pay',
    name: 'remove_instrument',
    summary: 'Charge this no more',
    area,
    params: ById,
    query: Type.Object(whose, strict),
    refuses: { ...NAMING, instrument_unknown },
    handle: async (call) => {
      const account = await deps.whichAccount(call.principal, call.query)
      if (!account.ok) return account
      const { owner } = account.value
      if (!mayPay(call.principal, owner)) return creditRefusals.no('owner_unknown')
      const { id } = call.params
      const ended = await inTx(deps.db, async (tx) => {
        if (!(await endInstrument(tx, { id, owner }, deps.clock.now()))) return false
        await writeAudit(tx, deps, actorOf(call), {
          action: 'payments.instrument_removed',
          target: { kind: 'instrument', id },
          result: 'done',
        })
        return true
      })
      return ended ? done(undefined) : paymentRefusals.no('instrument_unknown')
    },
  }),
]
