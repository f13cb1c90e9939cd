import Type from 'typebox'
import { isOwner } from '#identity'
import type { Instant } from '#kernel/clock'
import { door } from '#kernel/http-refusals'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import {
  type AccountName,
  balanceAt,
  type EntryLine,
  endingBalance,
  entryIdText,
  type LotRow,
  listAssets,
  listHistory,
  listLots,
  listStats,
} from '#ledger'
import type { Desk } from './deps.ts'
import { GuardFields, guardAnswer } from './guard-routes.ts'
import { PAGE_ROWS_USUAL, STATS_DAYS_MAX, STATS_DAYS_USUAL } from './limits.ts'
import { credits } from './refusals.ts'
import { NAMING } from './replay.ts'
import {
  Action,
  area,
  BalanceShape,
  ById,
  balanceAnswer,
  Count,
  Cursor,
  Limit,
  Moment,
  named,
  orNull,
  Params,
  strict,
  Time,
  timeOf,
  utcOf,
} from './shapes.ts'

const DAY_MS = 86_400_000

export const readRoutes = (desk: Desk): Route[] => [
  balanceRoute(desk),
  lotsRoute(desk),
  historyRoute(desk),
  statsRoute(desk),
  walletRoute(desk),
  stateRoute(desk),
]

const Expiring = Type.Array(Type.Object({ amount: Count, at: Time }, strict))

const balanceRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/credits/balance',
    scope: 'credits:read',
    name: 'get_balance',
    summary: 'The balance now or at any moment; what expires soon is told for now and later only',
    area,
    query: Type.Object({ ...named, as_of: Type.Optional(Moment) }, strict),
    answer: Type.Object(
      {
        owner: Type.String(),
        asset: Type.String(),
        ...BalanceShape.properties,
        expiring: Expiring,
        as_of: Time,
      },
      strict,
    ),
    refuses: NAMING,
    handle: async ({ query, principal }) => {
      const account = await desk.whichAccount(principal, query)
      if (!account.ok) return account
      const now = desk.clock.now()
      const at = query.as_of === undefined ? now : momentOf(query.as_of)
      const { ending, ...balance } = await endingBalance(desk.db, account.value, at)
      return done({
        ...account.value,
        ...balanceAnswer(balance),
        // Lots remember what they have now, not what they had: of the past only the entries tell.
        expiring:
          at < now
            ? []
            : ending.map((one) => ({ amount: Number(one.amount), at: one.at.toISOString() })),
        as_of: timeOf(at),
      })
    },
  })

export const LotShape = Type.Object(
  {
    lot_id: Type.String(),
    source: Type.String(),
    granted: Count,
    remaining: Count,
    held: Count,
    priority: Type.Integer(),
    effective_at: Time,
    expires_at: orNull(Time),
    order_id: orNull(Type.String({ description: 'What was bought, where it was' })),
  },
  strict,
)

const lotsRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/credits/lots',
    scope: 'credits:read',
    name: 'list_lots',
    summary: 'The lots that still hold something, in the order in which they burn',
    area,
    query: Type.Object(named, strict),
    answer: Type.Object(
      {
        items: Type.Array(LotShape),
      },
      strict,
    ),
    refuses: NAMING,
    handle: async ({ query, principal }) => {
      const account = await desk.whichAccount(principal, query)
      if (!account.ok) return account
      const now = desk.clock.now()
      const lots = await listLots(desk.db, account.value, now)
      return done({ items: lots.map((lot) => lotAnswer(lot, now)) })
    },
  })

export const lotAnswer = (lot: LotRow, now: Instant) => {
  const isOver = lot.expires_at !== null && lot.expires_at.getTime() <= now
  return {
    lot_id: lot.id,
    source: lot.source,
    granted: Number(lot.granted),
    // Of a lot that is over only what is held can still be spent, written down or not.
    remaining: Number(isOver ? lot.held : lot.remaining),
    held: Number(lot.held),
    priority: lot.priority,
    effective_at: lot.effective_at.toISOString(),
    expires_at: lot.expires_at?.toISOString() ?? null,
    order_id: lot.order_id,
  }
}

export const EntryShape = Type.Object(
  {
    entry_id: Type.String(),
    kind: Type.String(),
    action: orNull(Type.String()),
    amount: Type.Integer({ description: 'The change: negative when spent' }),
    balance_after: Count,
    held: orNull(
      Type.Integer({
        description: 'What a hold set aside, or its release let go; the change is 0',
      }),
    ),
    repaid: orNull(
      Type.Integer({
        description: 'What of credits that came free repaid a debt; the change is 0',
      }),
    ),
    source: orNull(Type.String({ description: 'Where credits that came, or went back, are from' })),
    description: orNull(Type.String()),
    reference: orNull(Type.Object({ type: Type.String(), id: Type.String() }, strict)),
    metadata: orNull(Params),
    created_at: Time,
  },
  strict,
)

export const HistoryFilter = {
  ...named,
  kind: Type.Optional(Type.String({ pattern: '^[a-z]{1,20}$' })),
  action: Type.Optional(Action),
  from: Type.Optional(Moment),
  to: Type.Optional(Moment),
}

const historyRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/credits/history',
    scope: 'credits:read',
    name: 'list_history',
    summary: 'Every entry of an account, newest first',
    area,
    query: Type.Object(
      { ...HistoryFilter, limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
      strict,
    ),
    answer: Type.Object(
      { items: Type.Array(EntryShape), next_cursor: orNull(Type.String()) },
      strict,
    ),
    refuses: { ...NAMING, cursor_invalid: door.texts.cursor_invalid },
    handle: async ({ query, principal }) => {
      const { limit = PAGE_ROWS_USUAL, cursor, kind, action, from, to } = query
      const before = cursor === undefined ? undefined : parseCursor(cursor)
      if (cursor !== undefined && before === undefined) return door.no('cursor_invalid')
      const account = await desk.whichAccount(principal, query)
      if (!account.ok) return account
      const rows = await listHistory(desk.db, {
        ...account.value,
        ...{ kind, action, before, rowsMax: limit + 1 },
        from: from && utcOf(from),
        to: to && utcOf(to),
      })
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return done({
        items: rows.slice(0, limit).map(entryAnswer),
        next_cursor: last ? cursorOf(last) : null,
      })
    },
  })

const PREFIXES: Readonly<Record<string, string>> = {
  charge: 'chg',
  capture: 'chg',
  refund: 'ref',
  transfer: 'trf',
}
export const entryAnswer = (entry: EntryLine) => ({
  entry_id: entryIdText(PREFIXES[entry.kind] ?? 'ent', entry.id),
  kind: entry.kind,
  action: entry.action,
  amount: Number(entry.amount),
  balance_after: Number(entry.balance_after),
  held: entry.held === null ? null : Number(entry.held),
  repaid: entry.repaid === null ? null : Number(entry.repaid),
  source: ISSUED.exec(entry.contra)?.[1] ?? null,
  description: entry.description,
  reference: referenceOf(entry),
  metadata: entry.metadata,
  created_at: entry.created_at.toISOString(),
})
const ISSUED = /^issuance:(.+)$/
const referenceOf = ({ reference_type: type, reference_id: id }: EntryLine) => {
  if (type === null || id === null) return null
  return { type, id: type === 'charge' ? entryIdText('chg', id) : id }
}

const cursorOf = ({ seq }: EntryLine): string => Buffer.from(`h${seq}`).toString('base64url')
const parseCursor = (unchecked: string): string | undefined =>
  /^h(\d{1,18})$/.exec(Buffer.from(unchecked, 'base64url').toString('latin1'))?.[1]

const statsRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/credits/stats',
    scope: 'credits:read',
    name: 'get_stats',
    summary: 'What was spent, by day (UTC) and action; the last thirty days unless asked otherwise',
    area,
    query: Type.Object(
      { ...named, from: Type.Optional(Moment), to: Type.Optional(Moment) },
      strict,
    ),
    answer: Type.Object(
      {
        from: Time,
        to: Time,
        charged: Count,
        refunded: Count,
        items: Type.Array(
          Type.Object(
            {
              day: Type.String({ description: 'YYYY-MM-DD' }),
              action: Type.String(),
              charges: Count,
              charged: Count,
              refunded: Count,
            },
            strict,
          ),
        ),
      },
      strict,
    ),
    refuses: { ...NAMING, period_invalid: credits.texts.period_invalid },
    handle: async ({ query, principal }) => {
      const account = await desk.whichAccount(principal, query)
      if (!account.ok) return account
      // To the next millisecond: `to` is not included, and what has just happened should be.
      const to = query.to === undefined ? ((desk.clock.now() + 1) as Instant) : momentOf(query.to)
      const from =
        query.from === undefined
          ? ((to - STATS_DAYS_USUAL * DAY_MS) as Instant)
          : momentOf(query.from)
      if (from >= to || to - from > STATS_DAYS_MAX * DAY_MS)
        return credits.no('period_invalid', { days_max: STATS_DAYS_MAX })
      const lines = await listStats(desk.db, account.value, from, to)
      const sum = (name: 'charged' | 'refunded') =>
        Number(lines.reduce((whole, line) => whole + line[name], 0n))
      return done({
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        charged: sum('charged'),
        refunded: sum('refunded'),
        items: lines.map(({ day, action, charges, charged, refunded }) => ({
          ...{ day, action, charges: Number(charges) },
          ...{ charged: Number(charged), refunded: Number(refunded) },
        })),
      })
    },
  })

const Balances = Type.Array(
  Type.Object({ asset: Type.String(), ...BalanceShape.properties }, strict),
)

const walletRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/wallets/me',
    scope: 'me',
    name: 'get_my_wallet',
    summary: 'All that is mine',
    area,
    answer: Type.Object(
      {
        owner: Type.String(),
        balance_credits: Count,
        held_credits: Count,
        debt_credits: Count,
        balances: Balances,
        ...GuardFields,
        as_of: Time,
      },
      strict,
    ),
    handle: async ({ principal }) => {
      const { balances, as_of, ...guard } = await stateOf(desk, principal.id)
      const mine = balances.find(({ asset }) => asset === 'credit')
      return done({
        owner: principal.id,
        balance_credits: mine?.available ?? 0,
        held_credits: mine?.held ?? 0,
        debt_credits: mine?.debt ?? 0,
        balances,
        ...guard,
        as_of,
      })
    },
  })

const stateRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/owners/:id/state',
    scope: 'credits:read_all',
    name: 'get_owner_state',
    summary: 'All that an owner has',
    area,
    params: ById,
    answer: Type.Object(
      { owner: Type.String(), balances: Balances, ...GuardFields, as_of: Time },
      strict,
    ),
    refuses: { owner_unknown: credits.texts.owner_unknown },
    handle: async ({ params: { id } }) => {
      if (!(await isOwner(desk.db, id))) return credits.no('owner_unknown')
      return done({ owner: id, ...(await stateOf(desk, id)) })
    },
  })

async function stateOf(desk: Desk, owner: string) {
  const now = desk.clock.now()
  const known = await listAssets(desk.db, owner)
  const accounts: AccountName[] = known.map((asset) => ({ owner, asset }))
  return {
    balances: await Promise.all(
      accounts.map(async (account) => ({
        asset: account.asset,
        ...balanceAnswer(await balanceAt(desk.db, account, now)),
      })),
    ),
    ...(await guardAnswer(desk, owner)),
    as_of: new Date(now).toISOString(),
  }
}

const momentOf = (text: string): Instant => Date.parse(text) as Instant
