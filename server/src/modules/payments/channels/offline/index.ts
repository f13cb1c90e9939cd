import Type from 'typebox'
import { type Account, type Channel, no, type RefundAsk, yes } from '../../channel.ts'
import type { RefundFact } from '../../fact.ts'

const OfflineSettings = Type.Object(
  { instructions: Type.String({ minLength: 1, maxLength: 1_000 }) },
  { additionalProperties: false },
)
const Nothing = Type.Object({}, { additionalProperties: false })

/** A bank transfer: nobody tells us, so two people of finance say that it has come, and that it went back. */
export function openOffline(): Channel<typeof OfflineSettings, typeof Nothing> {
  return {
    name: 'offline',
    methods: ['bank_transfer'],
    currencies: undefined,
    settings: OfflineSettings,
    secrets: Nothing,
    create: async ({ settings }, { tradeNo }) =>
      yes({
        ref: undefined,
        next: { kind: 'wait', text: `${settings.instructions}\n${tradeNo}` },
      }),
    query: async () => yes({ state: 'open' }),
    close: async () => yes('closed'),
    refund: async (account, ask) => yes(pending(account, ask)),
    queryRefund: async (account, ask) => yes(pending(account, ask)),
    parseNotification: async () => ({
      ...{ verdict: 'forged', why: 'nobody_calls', reply: { status: 404 } },
    }),
    acknowledge: () => ({ status: 204 }),
    downloadBill: async () => no('not_offered', 'the bank statement is the bill'),
  }
}

const pending = ({ merchant, livemode }: Account, ask: RefundAsk): RefundFact => ({
  ...{
    kind: 'refund',
    refundNo: ask.refundNo,
    refund: `offline:${ask.refundNo}`,
    state: 'pending',
  },
  ...{ txn: ask.payment.txn, tradeNo: ask.payment.tradeNo, amount: ask.amount },
  ...{ currency: ask.currency, at: ask.payment.createdAt, merchant, livemode },
})
