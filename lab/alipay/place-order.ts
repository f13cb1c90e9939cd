import { randomBytes } from 'node:crypto'
import { type Ask, numberOf, textOf, urlOf } from './ask.ts'
import { parseChinaTime } from './china-time.ts'
import type { Order, Way } from './order.ts'
import { badField, failed, type Refusal, type Said, yes } from './said.ts'
import type { Shop } from './shop.ts'
import { parseYuan } from './yuan.ts'

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS
const FEN_MAX = 10_000_000_000
const SUBJECT_LETTERS_MAX = 256
const BODY_LETTERS_MAX = 128
const PASSBACK_LETTERS_MAX = 512
/** How long an order may stay open that names an end, and how long one does that names none. */
const OPEN_MAX_MS = 15 * DAY_MS
const OPEN_MS: Readonly<Record<Way, number>> = {
  precreate: 120 * MINUTE_MS,
  page: OPEN_MAX_MS,
  wap: OPEN_MAX_MS,
}
const PRODUCTS: Readonly<Record<Way, readonly (string | undefined)[]>> = {
  precreate: [undefined, 'FACE_TO_FACE_PAYMENT', 'QR_CODE_OFFLINE'],
  page: ['FAST_INSTANT_TRADE_PAY'],
  wap: ['QUICK_WAP_WAY'],
}

export function precreate(shop: Shop, ask: Ask): Said {
  const placed = placeOrder(shop, ask, 'precreate')
  return 'ok' in placed
    ? placed
    : yes({ out_trade_no: placed.number, qr_code: `https://qr.alipay.com/${placed.token}` })
}

/** The same number again is the same order, and gets the same code; anything else under it is refused. */
export function placeOrder(shop: Shop, ask: Ask, way: Way): Order | Refusal {
  const order = readOrder(shop, ask, way)
  if ('ok' in order) return order
  const known = shop.orders.get(order.number)
  if (known === undefined) {
    shop.orders.set(order.number, order)
    return order
  }
  if (known.fen !== order.fen || known.subject !== order.subject || known.way !== way)
    return failed('ACQ.CONTEXT_INCONSISTENT', '交易信息被篡改')
  if (known.trade?.state === 'TRADE_SUCCESS' || known.trade?.state === 'TRADE_FINISHED')
    return failed('ACQ.TRADE_HAS_SUCCESS', '交易已被支付')
  if (known.trade?.state === 'TRADE_CLOSED' || known.expiresAt <= shop.kit.now())
    return failed('ACQ.TRADE_HAS_CLOSE', '交易已经关闭')
  return known
}

function readOrder(shop: Shop, ask: Ask, way: Way): Order | Refusal {
  const { content } = ask
  const number = numberOf(content, 'out_trade_no')
  if (number === undefined) return badField('out_trade_no')
  const fen = parseYuan(content['total_amount'])
  if (fen === undefined || fen < 1 || fen > FEN_MAX) return badField('total_amount')
  const subject = textOf(content, 'subject')
  if (subject === undefined || subject.length > SUBJECT_LETTERS_MAX) return badField('subject')
  if (/[/=&]/.test(subject)) return badField('subject', 'has one of / = &')
  const notifyUrl = urlOf(ask.notifyUrl)
  if (notifyUrl === null) return badField('notify_url')
  const returnUrl = urlOf(ask.returnUrl)
  if (returnUrl === null) return badField('return_url')
  const body = textOf(content, 'body')
  const passback = textOf(content, 'passback_params')
  const wrong = wrongExtra(shop, ask, way)
  if (wrong) return wrong
  const expiresAt = expiryOf(shop, ask, way)
  if (typeof expiresAt !== 'number') return expiresAt
  return {
    app: ask.app,
    number,
    way,
    fen,
    subject,
    body,
    passback,
    notifyUrl,
    returnUrl,
    quitUrl: textOf(content, 'quit_url'),
    token: `bax${randomBytes(12).toString('hex')}`,
    expiresAt,
    trade: undefined,
    nextRefund: 'success',
  }
}

function wrongExtra(shop: Shop, { content }: Ask, way: Way): Refusal | undefined {
  if (!PRODUCTS[way].includes(textOf(content, 'product_code'))) return badField('product_code')
  const seller = textOf(content, 'seller_id')
  if (seller !== undefined && seller !== shop.seller.id) return badField('seller_id')
  if ((textOf(content, 'body')?.length ?? 0) > BODY_LETTERS_MAX) return badField('body')
  if ((textOf(content, 'passback_params')?.length ?? 0) > PASSBACK_LETTERS_MAX)
    return badField('passback_params')
  return undefined
}

/** `time_expire` is a moment and goes by the machine; `90m` is a duration, and goes by the lab's clock. */
function expiryOf({ kit }: Shop, { content }: Ask, way: Way): number | Refusal {
  const now = kit.now()
  if (content['time_expire'] !== undefined) {
    const at = parseChinaTime(content['time_expire'])
    if (at === undefined || at > now + OPEN_MAX_MS) return badField('time_expire')
    return at > now
      ? at
      : failed('ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR', '当前时间已超过允许支付的时间')
  }
  const name = way === 'precreate' ? 'qr_code_timeout_express' : 'timeout_express'
  const duration = content[name] ?? content['timeout_express']
  if (duration === undefined) return now + kit.scaled(OPEN_MS[way])
  const ms = parseDuration(duration)
  return ms === undefined ? badField(name) : now + kit.scaled(ms)
}

function parseDuration(unchecked: unknown): number | undefined {
  const match = typeof unchecked === 'string' ? /^(\d{1,5})([mhd])$/.exec(unchecked) : null
  if (!match) return undefined
  const ms = Number(match[1]) * { m: 1, h: 60, d: 1_440 }[match[2] as 'm' | 'h' | 'd'] * MINUTE_MS
  return ms >= MINUTE_MS && ms <= OPEN_MAX_MS ? ms : undefined
}
