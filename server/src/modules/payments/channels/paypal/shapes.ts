import Type, { type Static } from 'typebox'

/** Of PayPal's objects what we read; it leaves out what it has nothing to say of. */
const Text = Type.String({ maxLength: 1_000 })
const Id = Type.String({ minLength: 1, maxLength: 255 })
const Time = Type.String({ format: 'date-time', maxLength: 40 })
const Amount = Type.Object({
  currency_code: Type.String({ pattern: '^[A-Z]{3}$' }),
  value: Type.String({ maxLength: 32 }),
})
const Links = Type.Optional(
  Type.Array(Type.Object({ rel: Text, href: Type.String({ maxLength: 4_000 }) })),
)
const Merchant = Type.Optional(Type.Object({ merchant_id: Type.Optional(Id) }))

export const Token = Type.Object({
  access_token: Type.String({ minLength: 1, maxLength: 8_000 }),
  expires_in: Type.Number({ minimum: 0 }),
})

export const Failure = Type.Object({
  name: Type.Optional(Text),
  details: Type.Optional(Type.Array(Type.Object({ issue: Type.Optional(Text) }))),
})

export const Capture = Type.Object({
  id: Id,
  status: Text,
  amount: Amount,
  custom_id: Type.Optional(Text),
  create_time: Time,
  payee: Merchant,
  links: Links,
})
export type Capture = Static<typeof Capture>

export const Refund = Type.Object({
  id: Id,
  status: Text,
  amount: Amount,
  custom_id: Type.Optional(Text),
  create_time: Time,
  update_time: Type.Optional(Time),
  payer: Merchant,
  links: Links,
})
export type Refund = Static<typeof Refund>

export const Order = Type.Object({
  id: Id,
  status: Text,
  update_time: Type.Optional(Time),
  payer: Type.Optional(Type.Object({ payer_id: Type.Optional(Id) })),
  purchase_units: Type.Optional(
    Type.Array(
      Type.Object({
        custom_id: Type.Optional(Text),
        payee: Merchant,
        payments: Type.Optional(
          Type.Object({
            captures: Type.Optional(Type.Array(Capture)),
            refunds: Type.Optional(Type.Array(Refund)),
          }),
        ),
      }),
    ),
  ),
  links: Links,
})
export type Order = Static<typeof Order>

/** Of a capture that is asked for alone: which order it belongs to. */
export const CaptureOrigin = Type.Object({
  supplementary_data: Type.Object({ related_ids: Type.Object({ order_id: Id }) }),
})

export const Dispute = Type.Object({
  dispute_id: Id,
  status: Text,
  create_time: Time,
  update_time: Type.Optional(Time),
  dispute_amount: Amount,
  dispute_outcome: Type.Optional(
    Type.Object({ outcome_code: Type.Optional(Text), amount_refunded: Type.Optional(Amount) }),
  ),
  disputed_transactions: Type.Array(Type.Object({ seller_transaction_id: Id, seller: Merchant }), {
    minItems: 1,
    maxItems: 100,
  }),
})
export type Dispute = Static<typeof Dispute>

export const Event = Type.Object({
  id: Id,
  event_type: Type.String({ minLength: 1, maxLength: 100 }),
  resource: Type.Object({}),
})
export type Event = Static<typeof Event>

export const TransactionPage = Type.Object({
  account_number: Type.Optional(Id),
  /** Here the zone is written without a colon. */
  last_refreshed_datetime: Type.Optional(Text),
  total_pages: Type.Integer({ minimum: 0 }),
  transaction_details: Type.Array(
    Type.Object({
      transaction_info: Type.Object({
        transaction_id: Id,
        paypal_reference_id: Type.Optional(Id),
        transaction_event_code: Type.Optional(Text),
        transaction_initiation_date: Text,
        transaction_amount: Amount,
        fee_amount: Type.Optional(Amount),
        transaction_status: Type.Optional(Text),
        invoice_id: Type.Optional(Text),
        custom_field: Type.Optional(Text),
      }),
    }),
  ),
})
export type Transaction = Static<
  typeof TransactionPage
>['transaction_details'][number]['transaction_info']
