import type { Waiting } from '../kit/provider.ts'
import type { Order } from './order.ts'
import type { Shop } from './shop.ts'
import { yuan } from './yuan.ts'

/** What can be paid, and what the bank has yet to decide. */
export const waitingAt = ({ kit, orders, transfers }: Shop): Waiting[] => [
  ...[...orders.values()]
    .filter((order) => isPayable(order, kit.now()))
    .map(({ way, number, fen, subject, trade }) => ({
      what: `${way} ${number} ${yuan(fen)} CNY ${subject}`,
      buttons: [
        { control: 'pay', input: { out_trade_no: number } },
        ...(trade ? [] : [{ control: 'scan', input: { out_trade_no: number } }]),
        { control: 'close_by_timeout', words: 'expire', input: { out_trade_no: number } },
      ],
    })),
  ...[...orders.values()].flatMap(({ number, trade }) =>
    (trade?.refunds ?? [])
      .filter(({ state }) => state === 'pending')
      .map((one) => ({
        what: `refund under way ${one.number} ${yuan(one.fen)} CNY`,
        buttons: ['success', 'fail'].map((outcome) => ({
          control: 'refund_outcome',
          words: outcome,
          input: { out_trade_no: number, out_request_no: one.number, outcome },
        })),
      })),
  ),
  ...[...transfers.values()]
    .filter(({ state }) => state === 'DEALING' || state === 'WAIT_PAY')
    .map(({ number, fen }) => ({
      what: `transfer ${number} ${yuan(fen)} CNY`,
      buttons: ['SUCCESS', 'FAIL'].map((outcome) => ({
        control: 'transfer_outcome',
        words: outcome.toLowerCase(),
        input: { out_biz_no: number, outcome },
      })),
    })),
]

const isPayable = ({ trade, expiresAt }: Order, now: number): boolean =>
  expiresAt > now && (trade === undefined || trade.state === 'WAIT_BUYER_PAY')
