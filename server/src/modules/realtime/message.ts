import type { RelayedEvent } from '#kernel/outbox'
import type { Facts } from '#kernel/outcome'

/** What goes over a line. */
export interface Message {
  readonly no: number
  readonly topic: string
  readonly data: Facts
}

/** To one owner, or to whoever of the staff holds a scope. */
export interface Addressed extends Message {
  readonly owner?: string
  readonly scope?: StaffScope
}

type StaffScope = 'payments:read_all' | 'proposals:read'
export const STAFF_SCOPES: readonly StaffScope[] = ['payments:read_all', 'proposals:read']

type Said = Pick<RelayedEvent, 'owner' | 'data'>

/** What is told of a topic, besides balances. Whatever is not named here is nobody's matter but ours. */
const TOLD: Readonly<Record<string, (said: Said) => readonly Omit<Addressed, 'no'>[]>> = {
  'checkout.paid': ({ owner, data }) => [
    ...toOwner(owner, 'payment.updated', {
      ...pick(data, 'payment_id', 'order_id', 'product_id', 'amount', 'currency', 'credits'),
      status: 'paid',
    }),
    ...toStaff('payments:read_all', 'staff.payment', {
      ...pick(data, 'payment_id', 'order_id', 'amount', 'currency'),
      status: 'paid',
    }),
  ],
  'checkout.payment_ended': ({ owner, data }) =>
    toOwner(owner, 'payment.updated', pick(data, 'payment_id', 'order_id', 'status')),
  'checkout.closed': ({ owner, data }) =>
    toOwner(owner, 'payment.updated', { ...pick(data, 'order_id'), status: 'closed' }),
  'checkout.refunded': ({ owner, data }) => [
    ...toOwner(owner, 'refund.updated', {
      ...pick(data, 'refund_id', 'order_id', 'amount'),
      ...rename(data, 'how', 'status'),
    }),
    ...toStaff('payments:read_all', 'staff.refund', {
      ...pick(data, 'refund_id', 'order_id', 'amount'),
      ...rename(data, 'how', 'status'),
    }),
  ],
  'payments.refunded': ({ owner, data }) =>
    toOwner(owner, 'refund.updated', {
      ...pick(data, 'refund_id', 'amount'),
      ...rename(data, 'state', 'status'),
    }),
  'payments.fact_suspended': ({ data }) =>
    toStaff('payments:read_all', 'staff.suspense', pick(data, 'fact_id', 'why')),
  'payments.disputed': ({ data }) =>
    toStaff('payments:read_all', 'staff.dispute', pick(data, 'dispute_id', 'how')),
  'proposals.made': ({ data }) => toStaff('proposals:read', 'staff.proposal', data),
  'proposals.decided': ({ data }) => toStaff('proposals:read', 'staff.proposal', data),
}

/** Pure: what is told of an event, and to whom. */
export function messagesOf(event: RelayedEvent): readonly Addressed[] {
  const said =
    event.topic === 'balance.changed' ? balances(event.data) : (TOLD[event.topic]?.(event) ?? [])
  return said.map((one) => ({ ...one, no: event.no }))
}

/** The ledger tells once for each batch: of each account its owner, asset, and what it has now. */
function balances(data: Facts): readonly Omit<Addressed, 'no'>[] {
  const accounts = data['accounts'] as readonly (readonly [
    string,
    string,
    number,
    number,
    number,
  ])[]
  return accounts.flatMap(([owner, asset, available, held, debt]) =>
    toOwner(owner, 'balance.changed', { owner, asset, available, held, debt }),
  )
}

const toOwner = (owner: string | undefined, topic: string, data: Facts) =>
  owner === undefined ? [] : [{ owner, topic, data }]
const toStaff = (scope: StaffScope, topic: string, data: Facts) => [{ scope, topic, data }]

const pick = (data: Facts, ...names: readonly string[]): Facts =>
  Object.fromEntries(Object.entries(data).filter(([name]) => names.includes(name)))
const rename = (data: Facts, from: string, to: string): Facts =>
  Object.fromEntries(Object.entries(pick(data, from)).map(([, value]) => [to, value]))
