import Type from 'typebox'
import type { Instant } from '#kernel/clock'
import type { Database } from '#kernel/db'
import { type Answer, entryIdText, entryUuid, isPosted, type Posted, type Teller } from '#ledger'
import { findByTradeNo } from '../../attempt-store.ts'
import { type Account, type Channel, no, type Said, unknown, yes } from '../../channel.ts'
import type { PaymentFact, RefundFact } from '../../fact.ts'

const Nothing = Type.Object({}, { additionalProperties: false })
const WALLET = 'cny'

/** Charges a wallet as any app does: a frozen owner pays nothing, and no cap is exceeded. */
export type Spend = (
  owner: string,
  what: {
    readonly asset: string
    readonly key: string
    readonly amount: bigint
    readonly description: string
  },
) => Promise<Said<Posted>>

interface Deps {
  readonly db: Database
  readonly teller: Teller
  readonly spend: Spend
}

/** The owner's own cash wallet pays: the ledger is the provider, and its keys are the numbers. */
export function openBalance({ db, teller, spend }: Deps): Channel<typeof Nothing, typeof Nothing> {
  const keyOf = (tradeNo: string) => `balance:${tradeNo}`
  const post = async (command: Parameters<Teller['post']>[0]): Promise<Said<Posted>> => {
    let answer: Answer
    try {
      answer = await teller.post(command)
    } catch {
      return unknown('the ledger did not answer')
    }
    if (answer.ok) return yes(answer)
    return answer.code === 'ledger_busy' ? unknown(answer.code) : no(answer.code)
  }
  const charge = async (account: Account, tradeNo: string): Promise<Said<PaymentFact>> => {
    const attempt = await findByTradeNo(db, 'balance', account.name, tradeNo)
    if (!attempt) return no('trade_unknown')
    const { amount } = attempt
    const said = await spend(attempt.owner, {
      ...{ asset: WALLET, key: keyOf(tradeNo), amount, description: attempt.title },
    })
    if (said.said !== 'yes') return said
    return yes({
      ...{ kind: 'payment', tradeNo, txn: entryIdText('chg', said.value.id), amount },
      ...{ currency: 'CNY', paidAt: said.value.at as Instant },
      ...{ merchant: account.merchant, livemode: account.livemode },
    })
  }
  return {
    name: 'balance',
    methods: ['balance'],
    takesAtOnce: ['balance'],
    currencies: ['CNY'],
    settings: Nothing,
    secrets: Nothing,
    create: async (account, { tradeNo }) => {
      const said = await charge(account, tradeNo)
      if (said.said !== 'yes') return said
      return yes({ ref: said.value.txn, next: { kind: 'wait' }, fact: said.value })
    },
    query: async (account, { tradeNo }) => {
      const attempt = await findByTradeNo(db, 'balance', account.name, tradeNo)
      if (!attempt || !(await isPosted(db, attempt.owner, keyOf(tradeNo))))
        return yes({ state: 'not_there' })
      const said = await charge(account, tradeNo)
      return said.said === 'yes' ? yes({ state: 'paid', fact: said.value }) : said
    },
    // Nothing posted yet may be a charge under way: it is looked for once more before it is forgotten.
    close: async (account, { tradeNo }) => {
      const attempt = await findByTradeNo(db, 'balance', account.name, tradeNo)
      const isPaid = attempt !== undefined && (await isPosted(db, attempt.owner, keyOf(tradeNo)))
      return yes(isPaid ? 'paid' : 'not_there')
    },
    refund: async (account, ask) => {
      const attempt = await findByTradeNo(db, 'balance', account.name, ask.payment.tradeNo)
      const chargeId = entryUuid('chg', ask.payment.txn)
      if (!attempt || chargeId === undefined) return no('trade_unknown')
      const said = await post({
        ...{ kind: 'refund', owner: attempt.owner, asset: WALLET, key: `balance:${ask.refundNo}` },
        ...{ request: ask.refundNo, chargeId, amount: ask.amount },
        description: ask.reason,
      })
      if (said.said !== 'yes') return said
      const fact: RefundFact = {
        ...{ kind: 'refund', refundNo: ask.refundNo, refund: entryIdText('ref', said.value.id) },
        ...{ txn: ask.payment.txn, tradeNo: ask.payment.tradeNo, amount: ask.amount },
        ...{ currency: 'CNY', state: 'succeeded', at: said.value.at as Instant },
        ...{ merchant: account.merchant, livemode: account.livemode },
      }
      return yes(fact)
    },
    // The same number again is the same refund: nothing has to be asked before.
    queryRefund: async () => yes({ kind: 'not_there' }),
    parseNotification: async () => ({
      ...{ verdict: 'forged', why: 'nobody_calls', reply: { status: 404 } },
    }),
    acknowledge: () => ({ status: 204 }),
    downloadBill: async () => no('not_offered', 'the ledger itself is the bill'),
  }
}
