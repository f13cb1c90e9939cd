import type { Lab } from '../../lab/kit/open-lab.ts'
import type { BookLine } from '../../lab/kit/provider.ts'

/** A payment as our API tells of it. */
export interface Payment {
  readonly payment_id: string
  readonly order_id: string
  readonly status: string
  readonly amount: number
  readonly currency: string
  readonly credits: number
  readonly bonus_credits: number
  readonly refunded: number
  readonly next: {
    readonly kind: string
    readonly qr?: string
    readonly url?: string
    readonly params?: Readonly<Record<string, unknown>>
  } | null
}

/** One way to pay at a provider of the lab, and what its payer and its merchant's console can do. */
export interface Way {
  readonly channel: string
  readonly method: string
  readonly currency: string
  /** Beside what every order says. */
  readonly more: object
  /** With a name of the payer's own, where the provider has one for them. */
  pay(lab: Lab, payment: Payment, payer?: string): Promise<void>
  /** The whole of it where no amount is named. */
  refundInConsole(lab: Lab, payment: Payment, amount?: number): Promise<void>
  /** What makes the provider know the order before it is paid, where asking for it does not. */
  arrive(lab: Lab, payment: Payment): Promise<void>
}

/** Our number, as every provider has it. */
export const numberOf = ({ payment_id }: Pick<Payment, 'payment_id'>): string =>
  payment_id.slice('pay_'.length)

const WECHAT_PAYER = 'oLab0payer0with0a0name0of0its'
const VISITS_MAX = 100

const nothing = async (): Promise<void> => {}

const wechat = (method: string, more: object = {}): Way => ({
  ...{ channel: 'wechat', method, currency: 'CNY', more, arrive: nothing },
  pay: async (lab, payment, openid) => {
    const params = payment.next?.params
    const input = { out_trade_no: numberOf(payment), ...(openid !== undefined && { openid }) }
    if (params) await lab.control('wechat', 'jsapi_pay', { params })
    else await lab.control('wechat', 'pay', input)
  },
  refundInConsole: async (lab, payment, amount) => {
    const input = { out_trade_no: numberOf(payment), ...(amount !== undefined && { amount }) }
    await lab.control('wechat', 'refund_in_console', input)
  },
})

const yuan = (fen: number): string =>
  `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`

/** Alipay's controls answer a refusal; whoever plays a payer wants to hear of it. */
async function alipayDoes(lab: Lab, control: string, input: object): Promise<void> {
  const { refused } = await lab.control('alipay', control, { ...input })
  if (refused !== undefined) throw new Error(`${control}: ${refused}`)
}

/** A browser goes to the cashier, again where the way there was broken; from then on there is an order. */
async function visit(lab: Lab, { next }: Payment): Promise<void> {
  for (let visits = 0; visits < VISITS_MAX; visits++) {
    const page = await fetch(next?.url ?? '').catch(() => undefined)
    if (page?.ok && (await page.text().catch(() => '')).includes('method="post"')) return
  }
  throw new Error(`nobody gets to the cashier of ${lab.url('alipay')}`)
}

const alipay = (method: string): Way => {
  const arrive = async (lab: Lab, payment: Payment): Promise<void> => {
    if (method !== 'precreate') await visit(lab, payment)
    await alipayDoes(lab, 'scan', { out_trade_no: numberOf(payment) })
  }
  return {
    ...{ channel: 'alipay', method, currency: 'CNY', more: {}, arrive },
    pay: async (lab, payment, buyer) => {
      if (method !== 'precreate') await visit(lab, payment)
      const input = { out_trade_no: numberOf(payment), ...(buyer !== undefined && { buyer }) }
      await alipayDoes(lab, 'pay', input)
    },
    refundInConsole: (lab, payment, fen) =>
      alipayDoes(lab, 'refund_in_console', {
        out_trade_no: numberOf(payment),
        ...(fen !== undefined && { amount: yuan(fen) }),
      }),
  }
}

/** The payment with this number in the lab's own books. */
export const bookedPayment = (lab: Lab, channel: string, payment: Payment): BookLine | undefined =>
  lab.books(channel).find(({ kind, number }) => kind === 'payment' && number === numberOf(payment))

const stripe: Way = {
  ...{ channel: 'stripe', method: 'checkout', currency: 'USD', more: {}, arrive: nothing },
  pay: async (lab, { next }) => {
    const session = /cs_test_\w+/.exec(next?.url ?? '')?.[0]
    await lab.control('stripe', 'pay', { session })
  },
  refundInConsole: async (lab, payment, amount) => {
    const payment_intent = bookedPayment(lab, 'stripe', payment)?.id
    const input = { payment_intent, ...(amount !== undefined && { amount }) }
    await lab.control('stripe', 'refund_in_console', input)
  },
}

const paypal: Way = {
  ...{ channel: 'paypal', method: 'checkout', currency: 'USD', more: {}, arrive: nothing },
  pay: async (lab, { next }) => {
    const order = new URL(next?.url ?? '').searchParams.get('token') ?? undefined
    await lab.control('paypal', 'approve', { order })
  },
  refundInConsole: async (lab, payment, amount) => {
    const capture = bookedPayment(lab, 'paypal', payment)?.id
    const input = { capture, ...(amount !== undefined && { amount }) }
    await lab.control('paypal', 'refund_in_console', input)
  },
}

const WAYS: readonly Way[] = [
  wechat('native'),
  wechat('jsapi', { openid: WECHAT_PAYER }),
  wechat('h5'),
  ...['precreate', 'page', 'wap'].map(alipay),
  stripe,
  paypal,
]

/** All that the lab has. */
export const waysOf = (names: readonly string[]): readonly Way[] =>
  WAYS.filter(({ channel }) => names.includes(channel))
