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
  draws: drawsAnswer(posted.draws),
  ...(posted.priceVersion !== null && { price_version: posted.priceVersion }),
  balance: balanceAnswer(posted.balance),
  created_at: timeOf(posted.at),
})
