import type { BookLine, Kit, LabReply, LabRequest, Provider } from '../kit/provider.ts'
import { accountOf } from './account.ts'
import { fetchBill } from './bill-door.ts'
import { showCashier } from './cashier.ts'
import { controlsOf } from './controls.ts'
import { answerGateway } from './gateway.ts'
import { type NewKeys, newKeyPair } from './keys.ts'
import { answerRest } from './rest.ts'
import { openShop, type Shop } from './shop.ts'
import { waitingAt } from './waiting.ts'

/** Alipay with one merchant and two of its apps, one for each way to exchange keys; both see the same trades. */
export async function openAlipay(kit: Kit, newKeys: NewKeys = newKeyPair): Promise<Provider> {
  const shop = await openShop(kit, newKeys)
  return {
    name: 'alipay',
    handle: async (request) => answer(shop, request),
    controls: controlsOf(shop),
    account: (baseUrl) => accountOf(shop, 'certificate', baseUrl),
    books: () => booksOf(shop),
    waiting: () => waitingAt(shop),
  }
}

function answer(shop: Shop, request: LabRequest): LabReply {
  const { pathname } = request.url
  if (pathname === '/gateway.do') return answerGateway(shop, request)
  if (pathname.startsWith('/v3/alipay/')) return answerRest(shop, request)
  return showCashier(shop, request) ?? fetchBill(shop, request) ?? { status: 404 }
}

function booksOf({ orders, transfers }: Shop): BookLine[] {
  const trades = [...orders.values()].flatMap(({ number, trade }): BookLine[] => {
    if (trade?.paidAt === undefined) return []
    const of = { id: trade.id, currency: 'CNY' }
    return [
      { ...of, kind: 'payment', number, amount: trade.fen, state: trade.state },
      ...trade.refunds.map((one): BookLine => {
        // A refund has no number of Alipay's own but the trade's.
        return { ...of, kind: 'refund', number: one.number, amount: one.fen, state: one.state }
      }),
    ]
  })
  const paidOut = [...transfers.values()].map(
    ({ number, id, fen, state }): BookLine => ({
      kind: 'transfer',
      number,
      id,
      amount: fen,
      currency: 'CNY',
      state,
    }),
  )
  return [...trades, ...paidOut]
}
