import { type Asked, no, type Said, unknown, type View, yes } from '../../channel.ts'
import { call, saidOf } from './call.ts'
import { paymentFact } from './facts.ts'
import type { Desk } from './judge-message.ts'
import type { Merchant } from './settings.ts'

const NOT_THERE: ReadonlySet<string> = new Set(['ORDER_NOT_EXIST', 'ORDERNOTEXIST'])
const CLOSED: ReadonlySet<string> = new Set(['ORDER_CLOSED', 'ORDERCLOSED'])

/** `REFUND`: it was paid, and something of it went back since; that is told apart. */
const STATES: ReadonlyMap<unknown, View['state']> = new Map([
  ['SUCCESS', 'paid'],
  ['REFUND', 'paid'],
  ['NOTPAY', 'open'],
  ['USERPAYING', 'open'],
  ['ACCEPT', 'open'],
  ['CLOSED', 'closed'],
  ['REVOKED', 'closed'],
  ['PAYERROR', 'failed'],
])

const pathOf = ({ tradeNo }: Asked): string =>
  `/v3/pay/transactions/out-trade-no/${encodeURIComponent(tradeNo)}`

export async function queryPayment(
  desk: Desk,
  account: Merchant,
  attempt: Asked,
): Promise<Said<View>> {
  const { mchid } = account.settings
  const told = await call(desk, account, {
    method: 'GET',
    path: `${pathOf(attempt)}?mchid=${encodeURIComponent(mchid)}`,
  })
  if (told.told === 'refused' && NOT_THERE.has(told.code)) return yes({ state: 'not_there' })
  if (told.told !== 'done') return saidOf(told)
  const { fields } = told
  if (fields['out_trade_no'] !== attempt.tradeNo) return unknown('answer_of_another')
  const state = STATES.get(fields['trade_state'])
  if (state === undefined) return unknown('state_unknown')
  if (state !== 'paid') return yes({ state })
  const fact = paymentFact(account, fields)
  return fact ? yes({ state, fact }) : unknown('answer_incomplete')
}

export async function closePayment(
  desk: Desk,
  account: Merchant,
  attempt: Asked,
): Promise<Said<'closed' | 'paid' | 'not_there'>> {
  const { mchid } = account.settings
  const path = `${pathOf(attempt)}/close`
  const told = await call(desk, account, { method: 'POST', path, body: { mchid } })
  if (told.told === 'done') return yes('closed')
  if (told.told === 'unclear') return unknown(told.why)
  if (CLOSED.has(told.code)) return yes('closed')
  if (NOT_THERE.has(told.code)) return yes('not_there')
  return afterRefusal(desk, account, attempt, told.code)
}

// What is paid cannot be closed, and WeChat has had several codes for that: its books say which it is.
async function afterRefusal(
  desk: Desk,
  account: Merchant,
  attempt: Asked,
  code: string,
): Promise<Said<'closed' | 'paid' | 'not_there'>> {
  const view = await queryPayment(desk, account, attempt)
  if (view.said !== 'yes') return view
  const { state } = view.value
  return state === 'open' || state === 'failed' ? no(code) : yes(state)
}
