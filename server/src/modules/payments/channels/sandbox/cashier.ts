import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type from 'typebox'
import { door } from '#kernel/http-refusals'
import { decimalText } from '#kernel/money'
import { done } from '#kernel/outcome'
import type { Language } from '#kernel/refusals'
import { defineRoute, type Route } from '#kernel/routes'
import { payments } from '../../refusals.ts'
import { digitsOf } from '../currency.ts'
import { ACTS, actOnTrade, type TradeAct } from './act.ts'
import { findTrade, type Trade } from './trades.ts'

type Deps = Parameters<typeof actOnTrade>[0]

const WORDS = {
  en: {
    title: 'Sandbox cashier',
    more: 'Nothing here costs anything. Choose what happens to this payment.',
    order: 'Number',
    open: 'Waiting to be paid',
    paid: 'Paid',
    failed: 'Failed',
    closed: 'Closed',
    pay: 'Pay',
    others: 'Try something else',
    fail: 'Fail',
    pay_late: 'Pay although it is closed',
    pay_twice: 'Pay twice',
    pay_wrong_amount: 'Pay the wrong amount',
    refund_fail: 'Let its refunds fail',
    fails: 'Refunds of this payment will fail.',
    back: 'Back to where you came from',
    gone: 'There is no such payment',
    offline: 'The server could not be reached. Try again.',
  },
  'zh-CN': {
    title: '沙箱收银台',
    more: '此处不会产生任何费用，请选择这笔支付的结果。',
    order: '单号',
    open: '等待支付',
    paid: '已支付',
    failed: '支付失败',
    closed: '已关闭',
    pay: '支付',
    others: '试试别的情况',
    fail: '支付失败',
    pay_late: '关闭后仍支付',
    pay_twice: '重复支付',
    pay_wrong_amount: '支付错误金额',
    refund_fail: '使其退款失败',
    fails: '这笔支付的退款将会失败。',
    back: '返回商户',
    gone: '没有这笔支付',
    offline: '无法连接服务器，请重试。',
  },
} as const

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)

const page = (language: Language, body: string): string => `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${WORDS[language].title} · Tongbao</title>
<link rel="stylesheet" href="/assets/plain.css"><link rel="stylesheet" href="/assets/cashier.css"></head>
<body><main>${body}</main></body></html>
`

const gonePage = (language: Language): string => page(language, `<h1>${WORDS[language].gone}</h1>`)

function tradePage(language: Language, trade: Trade): string {
  const words = WORDS[language]
  const sum = new Intl.NumberFormat(language, {
    ...{ style: 'currency', currency: trade.currency, currencyDisplay: 'code' },
  }).format(decimalText(trade.amount, digitsOf(trade.currency)) as `${number}`)
  const button = (act: TradeAct, label: string, plain = true) =>
    `<button type="button" data-act="${act}"${plain ? ' class="plain"' : ''}>${label}</button>`
  const isOpen = trade.state === 'open'
  const others = ACTS.filter((act) => act !== 'pay' && act !== 'refund_fail').filter((act) =>
    act === 'pay_late' ? trade.txns.length === 0 : isOpen,
  )
  const isBack = /^https?:\/\//.test(trade.returnUrl)
  return page(
    language,
    `<p class="mark">${words.title}</p><h1>${escapeHtml(trade.title)}</h1>
<p class="sum">${sum}</p><p class="state ${trade.state}" role="status">${words[trade.state]}</p>
<p class="hint">${words.more}</p>
<div class="acts" data-trade="${trade.tradeNo}" data-offline="${words.offline}">
${isOpen ? button('pay', `${words.pay} ${sum}`, false) : ''}
<details${isOpen ? '' : ' open'}><summary>${words.others}</summary>
${others.map((act) => button(act, words[act])).join('\n')}
${trade.failsRefunds ? `<p class="hint">${words.fails}</p>` : button('refund_fail', words.refund_fail)}
</details><p class="said" role="alert"></p></div>
<dl><dt>${words.order}</dt><dd>${trade.tradeNo}</dd></dl>
${isBack ? `<p><a href="${escapeHtml(trade.returnUrl)}">${words.back}</a></p>` : ''}
<script src="/assets/cashier.js" type="module"></script>`,
  )
}

const ASSETS = {
  'cashier.css': 'text/css; charset=utf-8',
  'cashier.js': 'text/javascript; charset=utf-8',
} as const

const ByTrade = Type.Object(
  { trade_no: Type.String({ pattern: '^[0-9a-z]{26}$' }) },
  { additionalProperties: false },
)

/** The page of the sandbox, where somebody plays the payer; whoever knows the number may. */
export const cashierRoutes = (deps: Deps): Route[] => [
  ...(Object.keys(ASSETS) as (keyof typeof ASSETS)[]).map((name) => {
    const text = readFileSync(join(import.meta.dirname, 'assets', name), 'utf8')
    return defineRoute({
      method: 'GET',
      url: `/assets/${name}`,
      scope: 'public',
      name: `asset_${name.replace(/\W/g, '_')}`,
      summary: name,
      area: 'pages',
      hidden: true,
      handle: async ({ reply }) => {
        await reply.type(ASSETS[name]).header('cache-control', 'public, max-age=3600').send(text)
        return done(undefined)
      },
    })
  }),
  defineRoute({
    method: 'GET',
    url: '/cashier/:trade_no',
    scope: 'public',
    name: 'sandbox_cashier',
    summary: 'The cashier of the sandbox',
    area: 'pages',
    hidden: true,
    params: ByTrade,
    handle: async ({ params, reply, language }) => {
      const trade = await findTrade(deps.db, params.trade_no)
      reply.header('cache-control', 'no-store').code(trade ? 200 : 404)
      await reply
        .type('text/html; charset=utf-8')
        .send(trade ? tradePage(language, trade) : gonePage(language))
      return done(undefined)
    },
  }),
  defineRoute({
    method: 'POST',
    url: '/cashier/:trade_no',
    scope: 'public',
    name: 'act_at_cashier',
    summary: 'What the payer does at the sandbox',
    area: 'pages',
    hidden: true,
    params: ByTrade,
    body: Type.Object({ act: Type.Enum([...ACTS]) }, { additionalProperties: false }),
    answer: Type.Object(
      { trade_no: Type.String(), state: Type.String() },
      { additionalProperties: false },
    ),
    refuses: {
      payment_unknown: payments.texts.payment_unknown,
      unavailable: door.texts.unavailable,
    },
    handle: async ({ params, body }) => {
      const trade = await actOnTrade(deps, params.trade_no, body.act)
      return trade
        ? done({ trade_no: trade.tradeNo, state: trade.state })
        : payments.no('payment_unknown')
    },
  }),
]
