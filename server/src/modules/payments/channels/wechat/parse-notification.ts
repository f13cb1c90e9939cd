import type { Instant } from '#kernel/clock'
import type { Delivery, Parsed, Reply } from '../../channel.ts'
import type { Fact } from '../../fact.ts'
import { asObject, parseStrictJson } from '../../strict-json.ts'
import { paymentFact, refundFact, transferFact } from './facts.ts'
import { type Fields, fieldsIn, textIn, timeIn } from './fields.ts'
import { type Desk, judgeMessage } from './judge-message.ts'
import { openSealed } from './sealed.ts'
import type { Merchant } from './settings.ts'

/** Signature first, then the seal, then what is in it: nothing is looked at before it is known whose it is. */
export async function parseNotification(
  desk: Desk,
  account: Merchant,
  { headers, body }: Delivery,
): Promise<Parsed> {
  const header = (name: string) => {
    const value = headers[name]
    return typeof value === 'string' ? value : undefined
  }
  const judged = await judgeMessage(desk, account, { header, body })
  if (judged.verdict === 'later') return { ...judged, reply: failure(503, judged.why) }
  if (judged.verdict === 'forged') return forged(judged.why)

  const envelope = asObject(parseStrictJson(body)) ?? {}
  const id = textIn(envelope, 'id')
  const type = textIn(envelope, 'event_type')
  if (id === undefined || type === undefined) return forged('body')
  const resource = fieldsIn(envelope, 'resource')
  const opened = openSealed(resource, account.secrets.apiv3_keys)
  if (opened === undefined) return forged('seal')
  const fields = asObject(parseStrictJson(opened))
  if (fields === undefined) return forged('body')

  const facts = isOfKind(type, resource)
    ? factsOf(type, account, fields, { toldAt: timeIn(envelope, 'create_time') ?? nowOf(desk) })
    : []
  if (facts === undefined) return forged('body')
  return { verdict: 'genuine', id, type, keyId: judged.serial, facts }
}

/** Durable: 204 and nothing more. */
export const acknowledge = (): Reply => ({ status: 204 })

const failure = (status: number, message: string): Reply => ({
  status,
  type: 'application/json',
  body: JSON.stringify({ code: 'FAIL', message }),
})

/** `probe` is WeChat's own, and no alarm. `seal`: none of the account's keys opens it; it may be of another account. */
const forged = (why: string): Parsed => ({ verdict: 'forged', why, reply: failure(401, why) })

const nowOf = ({ ground }: Desk): Instant => ground.now() as Instant

const KINDS: ReadonlyMap<string, string> = new Map([
  ['TRANSACTION.SUCCESS', 'transaction'],
  ['REFUND.SUCCESS', 'refund'],
  ['REFUND.ABNORMAL', 'refund'],
  ['REFUND.CLOSED', 'refund'],
  ['MCHTRANSFER.BILL.FINISHED', 'mch_payment'],
])

/** Whatever else WeChat has to say is none of ours, today. */
const isOfKind = (type: string, { original_type }: Fields): boolean =>
  KINDS.has(type) && (original_type === undefined || original_type === KINDS.get(type))

/** Undefined where what must be said is not said: then it comes again, and somebody sees it. */
function factsOf(
  type: string,
  account: Merchant,
  fields: Fields,
  { toldAt }: { readonly toldAt: Instant },
): readonly Fact[] | undefined {
  const merchant = textIn(fields, 'mchid') ?? textIn(fields, 'mch_id') ?? ''
  switch (KINDS.get(type)) {
    case 'transaction':
      return fields['trade_state'] === 'SUCCESS'
        ? listed(paymentFact(account, fields))
        : listed(lookFact(account, fields))
    case 'refund':
      return listed(refundFact(account, fields, { merchant, at: toldAt }))
    default:
      return listed(transferFact(account, fields, { merchant }))
  }
}

const listed = (fact: Fact | undefined): readonly Fact[] | undefined => fact && [fact]

// A success that is none: the provider's books know better than its message.
function lookFact(account: Merchant, fields: Fields): Fact | undefined {
  const tradeNo = textIn(fields, 'out_trade_no')
  const merchant = textIn(fields, 'mchid') ?? ''
  return tradeNo === undefined
    ? undefined
    : { kind: 'look', merchant, livemode: account.livemode, tradeNo }
}
