import { sql } from 'kysely'
import { parseSnapshot, snapshotOf } from '#catalog'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Database, Tx } from '#kernel/db'
import { firstIdAt } from '#kernel/ids'
import { invariant } from '#kernel/invariant'
import type { Facts } from '#kernel/outcome'
import { statesThatAccept } from '#kernel/states'
import { CLOSED_AT_ONCE_MAX } from './limits.ts'
import { BY_ITSELF, bonusOf, eventOfMoney, type Gives, type Order } from './order.ts'
import { ORDER_STATES, type OrderEvent, type OrderState } from './order-states.ts'

interface Row {
  readonly id: string
  readonly owner: string
  readonly snapshot: { readonly product: Facts; readonly bonuses: [string, number][] }
  readonly amount: bigint
  readonly currency: string
  readonly asset: string
  readonly credits: bigint
  readonly livemode: boolean
  readonly state: OrderState
  readonly asked: string
  readonly fact_id: string | null
  readonly attempt_id: string | null
  readonly refunded: bigint
  readonly underway: bigint
  readonly frozen: string | null
  readonly freezes: number
  readonly key: string
  readonly by: string
  readonly created_at: Date
  readonly expires_at: Date
  readonly paid_at: Date | null
}

function orderOf(row: Row): Order {
  const product = parseSnapshot(row.snapshot.product)
  invariant(product !== undefined, 'CK2', `what ${row.id} promised cannot be read`)
  const bonuses = row.snapshot.bonuses.map(([kind, n]) => ({ kind, credits: BigInt(n) }))
  return {
    ...{ id: row.id, owner: row.owner, product, gives: { credits: row.credits, bonuses } },
    ...{ amount: row.amount, currency: row.currency, asset: row.asset, livemode: row.livemode },
    ...{
      state: row.state,
      factId: row.fact_id ?? undefined,
      attemptId: row.attempt_id ?? undefined,
      refunded: row.refunded,
    },
    topUp: row.by === BY_ITSELF ? row.key : undefined,
    ...{ underway: row.underway, frozen: row.frozen ?? undefined, turn: row.freezes },
    createdAt: row.created_at.getTime() as Instant,
    expiresAt: row.expires_at.getTime() as Instant,
    paidAt: row.paid_at ? (row.paid_at.getTime() as Instant) : undefined,
  }
}

const moment = (at: Instant) => sql`${rfc3339(at)}::timestamptz`

export interface NewOrder extends Order {
  readonly key: string
  /** Digest of the request. */
  readonly asked: string
  readonly by: string
}

/** False where the key made an order before. */
export async function insertOrder(tx: Tx, one: NewOrder): Promise<boolean> {
  const { product, gives } = one
  const snapshot = {
    product: snapshotOf(product),
    bonuses: gives.bonuses.map(({ kind, credits }) => [kind, Number(credits)]),
  }
  const { rows } = await sql`
    insert into checkout.orders
      (id, owner, product_id, snapshot, amount, currency, asset, credits, bonus, livemode, state, key, asked, by,
       created_at, expires_at, close_at)
    values (
      ${one.id}, ${one.owner}, ${product.id}, ${JSON.stringify(snapshot)}::jsonb, ${one.amount}::bigint,
      ${one.currency}, ${one.asset}, ${gives.credits}::bigint, ${bonusOf(gives)}::bigint, ${one.livemode},
      'created', ${one.key}, ${one.asked}, ${one.by}, ${moment(one.createdAt)}, ${moment(one.expiresAt)},
      ${moment(one.expiresAt)}
    )
    on conflict (owner, key) do nothing
    returning id
  `.execute(tx)
  return rows.length > 0
}

export async function findOrderByKey(
  db: Database | Tx,
  owner: string,
  key: string,
): Promise<{ readonly order: Order; readonly asked: string } | undefined> {
  const { rows } = await sql<Row>`
    select * from checkout.orders where owner = ${owner} and key = ${key}
  `.execute(db)
  return rows[0] && { order: orderOf(rows[0]), asked: rows[0].asked }
}

/** Another one that was placed by this name, and that may yet be paid. */
export async function hasOpenOrder(
  db: Database,
  owner: string,
  { by, but }: { readonly by: string; readonly but: string },
): Promise<boolean> {
  const { rows } = await sql`
    select from checkout.orders
     where owner = ${owner} and by = ${by} and key <> ${but}
       and state in ('created', 'pending', 'closing')
     limit 1
  `.execute(db)
  return rows.length > 0
}

export async function findOrder(db: Database | Tx, id: string): Promise<Order | undefined> {
  const { rows } = await sql<Row>`select * from checkout.orders where id = ${id}`.execute(db)
  return rows[0] && orderOf(rows[0])
}

export async function lockOrder(tx: Tx, id: string): Promise<Order | undefined> {
  const { rows } = await sql<Row>`
    select * from checkout.orders where id = ${id} for update
  `.execute(tx)
  return rows[0] && orderOf(rows[0])
}

export async function lockOrderOfFact(tx: Tx, factId: string): Promise<Order | undefined> {
  const { rows } = await sql<Row>`
    select * from checkout.orders where fact_id = ${factId} for update
  `.execute(tx)
  return rows[0] && orderOf(rows[0])
}

/** Whoever buys the same thing at the same time queues here, so that a limit counts them all. */
export async function lockPurchases(tx: Tx, owner: string, productId: number): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(${`checkout ${owner} ${productId}`}, 0))
  `.execute(tx)
}

export interface Purchases {
  /** Paid for and kept, and orders that may still be paid. */
  readonly counted: number
  /** Nothing of it was ever paid for, nor promised as the first. */
  readonly isFirst: boolean
}

export async function countPurchases(
  tx: Database | Tx,
  of: { readonly owner: string; readonly productId: number; readonly livemode: boolean },
  but?: string,
): Promise<Purchases> {
  const { rows } = await sql<{ counted: number; first: boolean }>`
    select (count(*) filter (where state in
             ('created', 'pending', 'closing', 'paid', 'paid_late', 'partially_refunded')))::integer as counted,
           coalesce(bool_and(paid_at is null and (state = 'closed'
             or not snapshot -> 'bonuses' @> '[["first_purchase"]]')), true) as first
      from checkout.orders
     where owner = ${of.owner} and product_id = ${of.productId} and livemode = ${of.livemode}
       and id <> ${but ?? ''}
  `.execute(tx)
  return { counted: rows[0]?.counted ?? 0, isFirst: rows[0]?.first ?? true }
}

/** False where the order stands where this cannot move it. */
export async function moveOrder(tx: Tx, id: string, event: OrderEvent): Promise<boolean> {
  const from = statesThatAccept(ORDER_STATES, event)
  const [first] = from
  invariant(first !== undefined, 'CK1', `nothing accepts ${event}`)
  const { rows } = await sql`
    update checkout.orders set state = ${ORDER_STATES[first][event]}
     where id = ${id} and state = any(${from}) returning id
  `.execute(tx)
  return rows.length > 0
}

/** What was promised as the first, where somebody else's was first after all. */
export async function saveGives(tx: Tx, id: string, gives: Gives): Promise<void> {
  await sql`
    update checkout.orders
       set bonus = ${bonusOf(gives)}::bigint,
           snapshot = jsonb_set(snapshot, '{bonuses}',
             ${JSON.stringify(gives.bonuses.map(({ kind, credits }) => [kind, Number(credits)]))}::jsonb)
     where id = ${id}
  `.execute(tx)
}

/** Paid, by this fact; the caller holds the order's lock. */
export async function savePaid(
  tx: Tx,
  order: Order,
  by: { readonly factId: string; readonly attemptId: string; readonly at: Instant },
): Promise<void> {
  const state = ORDER_STATES[order.state].pay
  await sql`
    update checkout.orders
       set state = ${state}, fact_id = ${by.factId}, attempt_id = ${by.attemptId}, paid_at = ${moment(by.at)}
     where id = ${order.id}
  `.execute(tx)
}

/** Where the order's money and its frozen credits stand; the caller holds the order's lock. */
export async function saveMoney(
  tx: Tx,
  order: Order,
  money: { readonly refunded: bigint; readonly underway: bigint },
  frozen: string | undefined,
): Promise<void> {
  const event = eventOfMoney(order, money.refunded)
  const move = ORDER_STATES[order.state][event]
  const state = move === 'same' || move === 'never' ? order.state : move
  await sql`
    update checkout.orders
       set refunded = ${money.refunded}::bigint, underway = ${money.underway}::bigint,
           frozen = ${frozen ?? null}, freezes = freezes + 1, state = ${state}
     where id = ${order.id}
  `.execute(tx)
}

/** Orders whose time to be paid is over, and that are not closed yet. */
export async function listToClose(db: Database, now: Instant): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from checkout.orders
     where state in ('created', 'pending', 'closing') and close_at <= ${moment(now)}
     order by close_at limit ${CLOSED_AT_ONCE_MAX}
  `.execute(db)
  return rows.map(({ id }) => id)
}

export async function listOrders(db: Database, ids: readonly string[]): Promise<Order[]> {
  const { rows } = await sql<Row>`
    select * from checkout.orders where id = any(${ids})
  `.execute(db)
  return rows.map(orderOf)
}

interface OrdersWanted {
  readonly ids?: readonly string[] | undefined
  readonly states?: readonly OrderState[] | undefined
  readonly owner?: string | undefined
  readonly productId?: number | undefined
  readonly livemode?: boolean | undefined
  /** Of when they were made; `from` is included and `to` is not. */
  readonly from?: Instant | undefined
  readonly to?: Instant | undefined
  readonly before?: string | undefined
  readonly rowsMax: number
}

/** Newest first. An id tells when its order was made, so a period is a range of ids. */
export async function listOrdersPage(db: Database, want: OrdersWanted): Promise<Order[]> {
  const { ids, states, owner, productId, livemode, from, to, before } = want
  const asked = [
    ...(ids === undefined ? [] : [sql`id = any(${ids})`]),
    ...(states === undefined ? [] : [sql`state = any(${states})`]),
    ...(owner === undefined ? [] : [sql`owner = ${owner}`]),
    ...(productId === undefined ? [] : [sql`product_id = ${productId}`]),
    ...(livemode === undefined ? [] : [sql`livemode = ${livemode}`]),
    ...(from === undefined ? [] : [sql`id >= ${firstIdAt('ord', from)}`]),
    ...(to === undefined ? [] : [sql`id < ${firstIdAt('ord', to)}`]),
    ...(before === undefined ? [] : [sql`id < ${before}`]),
  ]
  const { rows } = await sql<Row>`
    select * from checkout.orders
     where ${sql.join([sql`true`, ...asked], sql` and `)}
     order by id desc limit ${want.rowsMax}
  `.execute(db)
  return rows.map(orderOf)
}

/** How many stand where, each counted up to a bound: beyond it only "many" is worth the reading. */
export async function countOrders(
  db: Database,
  countMax: number,
): Promise<ReadonlyMap<OrderState, number>> {
  const { rows } = await sql<{ state: OrderState; count: number }>`
    select s.state, (select count(*)::integer from (
             select from checkout.orders o where o.state = s.state limit ${countMax}) c) as count
      from unnest(${Object.keys(ORDER_STATES)}::text[]) as s (state)
  `.execute(db)
  return new Map(rows.map(({ state, count }) => [state, count]))
}

/** It could not be closed now: those that come after it have their turn first. */
export async function closeLater(db: Database, id: string, at: Instant): Promise<void> {
  await sql`update checkout.orders set close_at = ${moment(at)} where id = ${id}`.execute(db)
}
