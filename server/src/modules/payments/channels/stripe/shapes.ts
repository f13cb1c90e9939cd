import Type, { type Static } from 'typebox'
import { orNull } from '../shape.ts'

/** Of Stripe's objects what we read; as they come in answers and in events alike. */
const Text = Type.String({ maxLength: 500 })
const Id = Type.String({ minLength: 1, maxLength: 255 })
const Seconds = Type.Integer({ minimum: 0, maximum: 253_402_300_799 })
const Metadata = Type.Optional(orNull(Type.Record(Type.String(), Text)))

export const Intent = Type.Object({
  id: Id,
  object: Type.Literal('payment_intent'),
  status: Text,
  amount_received: Type.Integer(),
  currency: Text,
  created: Seconds,
  livemode: Type.Boolean(),
  metadata: Metadata,
  customer: Type.Optional(orNull(Type.Union([Id, Type.Object({ id: Id })]))),
  payment_method: Type.Optional(orNull(Type.Union([Id, Type.Object({ id: Id })]))),
  setup_future_usage: Type.Optional(orNull(Text)),
  latest_charge: Type.Optional(orNull(Type.Union([Id, Type.Object({ id: Id, created: Seconds })]))),
})
export type Intent = Static<typeof Intent>

export const Session = Type.Object({
  id: Id,
  object: Type.Literal('checkout.session'),
  mode: Text,
  status: orNull(Text),
  payment_status: Text,
  amount_total: orNull(Type.Integer()),
  currency: orNull(Text),
  created: Seconds,
  livemode: Type.Boolean(),
  client_reference_id: orNull(Text),
  metadata: Metadata,
  payment_intent: orNull(Type.Union([Id, Intent])),
  url: Type.Optional(orNull(Type.String({ maxLength: 4_000 }))),
})
export type Session = Static<typeof Session>

export const Refund = Type.Object({
  id: Id,
  object: Type.Literal('refund'),
  status: orNull(Text),
  amount: Type.Integer(),
  currency: Text,
  created: Seconds,
  metadata: Metadata,
  payment_intent: Type.Optional(orNull(Id)),
  charge: Type.Optional(orNull(Id)),
})
export type Refund = Static<typeof Refund>

export const Charge = Type.Object({
  id: Id,
  object: Type.Literal('charge'),
  refunds: Type.Optional(orNull(Type.Object({ data: Type.Array(Refund) }))),
})

export const Dispute = Type.Object({
  id: Id,
  object: Type.Literal('dispute'),
  status: Text,
  amount: Type.Integer(),
  currency: Text,
  payment_intent: Type.Optional(orNull(Id)),
  charge: Id,
})
export type Dispute = Static<typeof Dispute>

export const Event = Type.Object({
  id: Id,
  object: Type.Literal('event'),
  type: Type.String({ minLength: 1, maxLength: 100 }),
  created: Seconds,
  livemode: Type.Boolean(),
  /** Only where the event is of another account that is connected to ours. */
  account: Type.Optional(orNull(Id)),
  data: Type.Object({ object: Type.Unknown() }),
})
export type Event = Static<typeof Event>

export const Movement = Type.Object({
  id: Id,
  type: Text,
  reporting_category: Text,
  created: Seconds,
  currency: Text,
  amount: Type.Integer(),
  fee: Type.Integer(),
  net: Type.Integer(),
  source: Type.Optional(
    orNull(
      Type.Union([
        Id,
        Type.Object({
          id: Id,
          amount: Type.Optional(Type.Integer()),
          currency: Type.Optional(Text),
          payment_intent: Type.Optional(orNull(Id)),
          metadata: Metadata,
        }),
      ]),
    ),
  ),
})
export type Movement = Static<typeof Movement>

export const Page = Type.Object({ data: Type.Array(Type.Unknown()), has_more: Type.Boolean() })
