import type { Instant } from '#kernel/clock'
import {
  type Asked,
  type Created,
  type Ground,
  leftUrl,
  no,
  type PayAsk,
  type Said,
  unknown,
  type View,
  yes,
} from '../../channel.ts'
import type { PaymentFact } from '../../fact.ts'
import { type Answer, callAlipay, textOf } from './gateway.ts'
import { TITLE_LETTERS_MAX } from './limits.ts'
import { pageLink } from './page-link.ts'
import type { AlipayAccount } from './settings.ts'
import { parseShanghai, shanghaiText } from './shanghai.ts'
import { parseYuan, yuanText } from './yuan.ts'

export const METHODS = ['precreate', 'page', 'wap'] as const

export async function createTrade(
  ground: Ground,
  account: AlipayAccount,
  ask: PayAsk,
): Promise<Said<Created>> {
  const refused = refusalOf(ask)
  if (refused !== undefined) return no(refused)
  if (ask.method === 'precreate') return createQr(ground, account, ask)
  const wap = ask.method === 'wap'
  const link = pageLink(ground, account, {
    method: wap ? 'alipay.trade.wap.pay' : 'alipay.trade.page.pay',
    content: {
      ...contentOf(ask),
      product_code: wap ? 'QUICK_WAP_WAY' : 'FAST_INSTANT_TRADE_PAY',
      ...(wap && { quit_url: leftUrl(ask.returnUrl) }),
    },
    notifyUrl: ask.notifyUrl,
    returnUrl: ask.returnUrl,
  })
  if (link.said !== 'yes') return link
  return yes({ ref: undefined, next: { kind: 'redirect', url: link.value } })
}

// What is refused here was never sent, under this number or any other.
function refusalOf(ask: PayAsk): string | undefined {
  if (!METHODS.some((method) => method === ask.method)) return 'method_unknown'
  if (ask.currency !== 'CNY') return 'currency_not_taken'
  if (parseYuan(yuanText(ask.amount)) === undefined || ask.amount <= 0n) return 'amount_not_taken'
  if (ask.title.length === 0 || ask.title.length > TITLE_LETTERS_MAX) return 'title_not_taken'
  return /[/=&]/.test(ask.title) ? 'title_not_taken' : undefined
}

const contentOf = (ask: PayAsk) => ({
  out_trade_no: ask.tradeNo,
  total_amount: yuanText(ask.amount),
  subject: ask.title,
  time_expire: shanghaiText(ask.expiresAt),
})

async function createQr(
  ground: Ground,
  account: AlipayAccount,
  ask: PayAsk,
): Promise<Said<Created>> {
  const { qr_product } = account.settings
  const minutes = Math.max(1, Math.ceil((ask.expiresAt - ask.createdAt) / 60_000))
  const said = await callAlipay(ground, account, {
    method: 'POST',
    path: 'alipay/trade/precreate',
    body: {
      ...contentOf(ask),
      notify_url: ask.notifyUrl,
      qr_code_timeout_express: `${minutes}m`,
      ...(qr_product !== undefined && { product_code: qr_product }),
    },
  })
  if (said.said === 'no' && SOMETHING_IS_THERE.has(said.code)) return unknown(said.code)
  if (said.said !== 'yes') return said
  const text = textOf(said.value.fields, 'qr_code')
  if (!isAbout(said.value, ask.tradeNo) || text === undefined || !URL.canParse(text))
    return unknown('an answer about another trade, or without a code')
  return yes({ ref: undefined, next: { kind: 'qr', text } })
}

// Refused because an earlier call under this number has gone further than its answer: whoever asks will see.
const SOMETHING_IS_THERE: ReadonlySet<string> = new Set([
  'ACQ.TRADE_HAS_SUCCESS',
  'ACQ.TRADE_HAS_FINISHED',
  'ACQ.TRADE_HAS_CLOSE',
  'ACQ.CONTEXT_INCONSISTENT',
])

export async function queryTrade(
  ground: Ground,
  account: AlipayAccount,
  attempt: Asked,
): Promise<Said<View>> {
  const said = await callAlipay(ground, account, {
    method: 'POST',
    path: 'alipay/trade/query',
    body: { out_trade_no: attempt.tradeNo },
  })
  if (said.said === 'no' && said.code === NO_TRADE) return yes({ state: 'not_there' })
  if (said.said !== 'yes') return said
  if (!isAbout(said.value, attempt.tradeNo)) return unknown('an answer about another trade')
  return viewOf(account, said.value)
}

/** There is no trade before somebody scans: it says nothing of whether the code can still be paid. */
export const NO_TRADE = 'ACQ.TRADE_NOT_EXIST'

const isAbout = ({ fields }: Answer, tradeNo: string): boolean =>
  textOf(fields, 'out_trade_no') === tradeNo

function viewOf(account: AlipayAccount, answer: Answer): Said<View> {
  switch (textOf(answer.fields, 'trade_status')) {
    case 'WAIT_BUYER_PAY':
      return yes({ state: 'open' })
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED': {
      const fact = paymentOf(account, answer)
      return fact ? yes({ state: 'paid', fact }) : unknown('a payment without a number')
    }
    case 'TRADE_CLOSED':
      // Also what was paid and then given back whole: a notification and the bill say so.
      return yes({ state: 'closed' })
    default:
      return unknown('a trade in a state that is not known here')
  }
}

function paymentOf(account: AlipayAccount, { fields, at }: Answer): PaymentFact | undefined {
  const txn = textOf(fields, 'trade_no')
  const tradeNo = textOf(fields, 'out_trade_no')
  const payer = textOf(fields, 'buyer_user_id') ?? textOf(fields, 'buyer_open_id')
  const paidAt: Instant = parseShanghai(textOf(fields, 'send_pay_date')) ?? at
  return txn === undefined
    ? undefined
    : {
        kind: 'payment',
        merchant: account.settings.app_id,
        livemode: account.livemode,
        tradeNo,
        txn,
        amount: parseYuan(textOf(fields, 'total_amount')),
        currency: textOf(fields, 'trans_currency') ?? 'CNY',
        paidAt,
        ...(payer !== undefined && { payer }),
      }
}

export async function closeTrade(
  ground: Ground,
  account: AlipayAccount,
  attempt: Asked,
): Promise<Said<'closed' | 'paid' | 'not_there'>> {
  const said = await callAlipay(ground, account, {
    method: 'POST',
    path: 'alipay/trade/close',
    body: { out_trade_no: attempt.tradeNo },
  })
  if (said.said === 'yes')
    return isAbout(said.value, attempt.tradeNo)
      ? yes('closed')
      : unknown('an answer about another trade')
  if (said.said === 'unknown') return said
  if (said.code === NO_TRADE) return yes('not_there')
  // Only what waits for its payer can be closed: this one is paid, or was closed before.
  const seen = await queryTrade(ground, account, attempt)
  if (seen.said !== 'yes') return seen
  const { state } = seen.value
  return state === 'open' || state === 'failed' ? said : yes(state)
}
