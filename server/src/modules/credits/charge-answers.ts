import Type from 'typebox'
import { entryIdText, type Posted } from '#ledger'
import {
  BalanceShape,
  balanceAnswer,
  Count,
  Draws,
  drawsAnswer,
  strict,
  Time,
  timeOf,
} from './shapes.ts'

export const ChargeShape = Type.Object(
  {
    charge_id: Type.String(),
    amount: Count,
    free: Type.Optional(
      Type.Literal(true, { description: 'It was the first of its action, and that one is free' }),
    ),
    full_price: Type.Optional(Count),
    draws: Draws,
    price_version: Type.Optional(Type.Integer()),
    balance: BalanceShape,
    created_at: Time,
  },
  strict,
)

export const chargeAnswer = (posted: Posted) => ({
  charge_id: entryIdText('chg', posted.id),
  amount: Number(-posted.amount),
  ...(posted.detail['free'] === true && {
    free: true as const,
    full_price: Number(posted.detail['full_price']),
  }),
  draws: drawsAnswer(posted.draws),
  ...(posted.priceVersion !== null && { price_version: posted.priceVersion }),
  balance: balanceAnswer(posted.balance),
  created_at: timeOf(posted.at),
})
