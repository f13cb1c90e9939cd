import type { Delivery, Ground, Parsed, Reply } from '../../channel.ts'
import type { Fact } from '../../fact.ts'
import { canonicalText, looksRecut } from './canonical.ts'
import { type Form, NOT_UTF8, parseForm } from './form.ts'
import { readFields, textOf } from './gateway.ts'
import { alipayKeysOf, signedBy } from './keys.ts'
import type { AlipayAccount } from './settings.ts'
import { ID, isTrade, readTrade, tradeFacts } from './trade-message.ts'
import { isPlainTransfer, transferFact } from './transfer.ts'

const text = (status: number, body: string): Reply => ({ status, type: 'text/plain', body })

/** Seven bytes: anything else is a failure to Alipay. */
export const SUCCESS: Reply = text(200, 'success')

const forged = (why: string): Parsed => ({ verdict: 'forged', why, reply: text(400, 'fail') })
const later = (why: string): Parsed => ({ verdict: 'later', why, reply: text(503, 'fail') })

export async function parseNotification(
  ground: Ground,
  account: AlipayAccount,
  delivery: Delivery,
): Promise<Parsed> {
  const form = delivery.method === 'POST' ? parseForm(delivery.body) : 'not posted'
  if (typeof form === 'string') return forged(form)
  const fault = faultOf(form, delivery)
  if (fault !== undefined) return forged(fault)
  const trade = isTrade(form) ? readTrade(form) : undefined
  if (typeof trade === 'string') return forged(`${trade} is missing or malformed`)
  const keys = alipayKeysOf(account.settings)
  if (keys.length === 0) return later('the account has no key of Alipay that can be read')
  const keyId = signedTexts(form)
    .map((signed) => signedBy(keys, Buffer.from(signed), form.get('sign') ?? ''))
    .find((id) => id !== undefined)
  if (keyId === undefined) return forged('not signed by a key of the account')
  const facts = trade ? await tradeFacts(ground, account, trade) : otherFacts(account, form)
  return typeof facts === 'string'
    ? later(facts)
    : { verdict: 'genuine', id: form.get('notify_id') ?? '', type: typeOf(form), keyId, facts }
}

/** Why a message is none of Alipay's, however well it is signed. */
function faultOf(form: Form, { headers }: Delivery): string | undefined {
  if ([...form.values()].some(looksRecut)) return 'a value reads like several fields'
  const header = /charset\s*=\s*"?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1]
  if ([form.get('charset') ?? '', header ?? 'utf-8'].some((one) => one.toLowerCase() !== 'utf-8'))
    return NOT_UTF8
  // Our word and not the message's: who may choose an algorithm chooses the weakest.
  if (form.get('sign_type') !== 'RSA2') return 'the sign_type is not RSA2'
  const missing = ['notify_id', 'app_id'].find((name) => !ID.test(form.get(name) ?? ''))
  return missing === undefined ? undefined : `${missing} is missing or malformed`
}

/** `sign_type` is signed along with in some families of messages, and never in those about trades. */
function signedTexts(form: Form): readonly string[] {
  const fields = [...form].filter(([name]) => name !== 'sign')
  const bare = canonicalText(fields.filter(([name]) => name !== 'sign_type'))
  return isTrade(form) ? [bare] : [canonicalText(fields), bare]
}

const typeOf = (form: Form): string =>
  ['trade_status', 'msg_method', 'method', 'notify_type']
    .map((name) => form.get(name) ?? '')
    .find((type) => ID.test(type)) ?? 'unknown'

function otherFacts(account: AlipayAccount, form: Form): readonly Fact[] {
  if (form.get('msg_method') !== 'alipay.fund.trans.order.changed') return []
  const content = readFields(form.get('biz_content') ?? '')
  if (!content || !isPlainTransfer(textOf(content, 'product_code'))) return []
  const fact = transferFact(account, content, undefined)
  return fact ? [{ ...fact, merchant: form.get('app_id') ?? '' }] : []
}
