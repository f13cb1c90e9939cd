import Type from 'typebox'
import { actorOf, writeAudit } from '#audit'
import { findOwner, findOwners, isOwner, listOwners, type Owner } from '#identity'
import type { Instant } from '#kernel/clock'
import { inTx } from '#kernel/db'
import { door } from '#kernel/http-refusals'
import { done } from '#kernel/outcome'
import { type Call, defineRoute, type Principal, type Route } from '#kernel/routes'
import {
  type AccountName,
  balanceAt,
  entryIdText,
  explainBalance,
  listAssets,
  listHistory,
  listLots,
} from '#ledger'
import { ProposalShape } from '#proposals'
import { adjust } from './adjust.ts'
import type { Desk } from './deps.ts'
import { intentOf } from './intent.ts'
import { ENTRIES_SHOWN, NAMES_MAX, PAGE_ROWS_USUAL } from './limits.ts'
import { EntryShape, entryAnswer, LotShape, lotAnswer } from './read-routes.ts'
import { credits } from './refusals.ts'
import { answeredByHand, KEYED, MOVING } from './replay.ts'
import {
  BalanceShape,
  ById,
  balanceAnswer,
  Count,
  Cursor,
  Draws,
  drawsAnswer,
  Limit,
  Moment,
  named,
  orNull,
  strict,
  Text,
  Time,
  timeOf,
} from './shapes.ts'

const area = 'owners'
const BASE = '/api/v1/admin/owners'
const { owner_unknown, insufficient_credits } = credits.texts

export const ownerRoutes = (desk: Desk): Route[] => [
  listRoute(desk),
  namesRoute(desk),
  ownerRoute(desk),
  explainRoute(desk),
  adjustRoute(desk),
]

const OwnerShape = Type.Object(
  {
    owner: Type.String(),
    external_id: orNull(Type.String()),
    name: orNull(Type.String({ description: 'Of a person here; null without people:read' })),
    email: orNull(Type.String()),
    created_at: Time,
  },
  strict,
)
const mayReadPeople = ({ scopes }: Principal): boolean => scopes.has('people:read')
const ownerAnswer = (one: Owner, principal: Principal) => {
  const person = mayReadPeople(principal) ? one.person : null
  return {
    owner: one.id,
    external_id: one.externalId,
    name: person?.name ?? null,
    email: person?.email ?? null,
    created_at: one.createdAt,
  }
}

/** Who looks at an owner leaves a line, as who looks at a person does. */
const noteLook = (
  desk: Desk,
  call: Pick<Call<unknown, unknown, unknown>, 'principal' | 'ip' | 'headers' | 'requestId'>,
  action: string,
  id: string,
): Promise<void> =>
  inTx(desk.db, (tx) =>
    writeAudit(tx, desk, actorOf(call), {
      action,
      target: { kind: 'owner', id },
      result: 'done',
    }),
  )

const listRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: BASE,
    scope: 'credits:read_all',
    name: 'list_owners',
    summary: 'Search owners by id, external id, name or e-mail; newest first',
    area,
    query: Type.Object(
      {
        query: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
        limit: Type.Optional(Limit),
        cursor: Type.Optional(Cursor),
      },
      strict,
    ),
    answer: Type.Object(
      { items: Type.Array(OwnerShape), next_cursor: orNull(Type.String()) },
      strict,
    ),
    refuses: { cursor_invalid: door.texts.cursor_invalid },
    handle: async (call) => {
      const { query: search, cursor, limit = PAGE_ROWS_USUAL } = call.query
      const before = cursor === undefined ? undefined : parsePlace(cursor)
      if (cursor !== undefined && !before) return door.no('cursor_invalid')
      const rows = await listOwners(desk.db, {
        ...{ search, before, rowsMax: limit + 1 },
        mayReadPeople: mayReadPeople(call.principal),
      })
      await noteLook(desk, call, 'credits.owners_searched', 'all')
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return done({
        items: rows.slice(0, limit).map((one) => ownerAnswer(one, call.principal)),
        next_cursor: last ? placeOf(last) : null,
      })
    },
  })

const namesRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: `${BASE}/names`,
    scope: 'people:read',
    name: 'name_owners',
    summary: 'What the owners of these ids are called; of ids that nobody has nothing is said',
    area,
    query: Type.Object(
      {
        ids: Type.String({
          description: `Up to ${NAMES_MAX}, with commas between them`,
          pattern: `^[a-z0-9_]{1,64}(,[a-z0-9_]{1,64}){0,${NAMES_MAX - 1}}$`,
        }),
      },
      strict,
    ),
    answer: Type.Object(
      {
        items: Type.Array(
          Type.Object({ owner: Type.String(), name: orNull(Type.String()) }, strict),
        ),
      },
      strict,
    ),
    handle: async (call) => {
      const owners = await findOwners(desk.db, call.query.ids.split(','))
      await noteLook(desk, call, 'credits.owners_named', 'all')
      return done({
        items: owners.map(({ id, person, externalId }) => ({
          ...{ owner: id, name: person?.name ?? externalId },
        })),
      })
    },
  })

const placeOf = ({ createdAt, id }: Owner): string =>
  Buffer.from(`${createdAt}|${id}`).toString('base64url')
const PLACE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\|([a-z0-9_]{1,64})$/
const parsePlace = (unchecked: string): { at: string; id: string } | undefined => {
  const match = PLACE.exec(Buffer.from(unchecked, 'base64url').toString('latin1'))
  const [, at = '', id = ''] = match ?? []
  return match && timeOf(Date.parse(at) || 0) === at ? { at, id } : undefined
}

const ownerRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: `${BASE}/:id`,
    scope: 'credits:read_all',
    name: 'get_owner',
    summary: 'Who an owner is, and all they have: balances, lots, the last entries',
    area,
    params: ById,
    answer: Type.Object(
      {
        ...OwnerShape.properties,
        accounts: Type.Array(
          Type.Object(
            {
              asset: Type.String(),
              ...BalanceShape.properties,
              lots: Type.Array(LotShape),
              entries: Type.Array(EntryShape),
            },
            strict,
          ),
        ),
        hand_limit: Type.Integer({
          description:
            'More than this one person does not give or take alone in a day, of each asset',
        }),
        as_of: Time,
      },
      strict,
    ),
    refuses: { owner_unknown },
    handle: async (call) => {
      const { id } = call.params
      const owner = await findOwner(desk.db, id)
      if (!owner) return credits.no('owner_unknown')
      await noteLook(desk, call, 'credits.owner_viewed', id)
      const now = desk.clock.now()
      const assets = await listAssets(desk.db, id)
      const accounts = await Promise.all(
        assets.map((asset) => accountAnswer(desk, { owner: id, asset }, now)),
      )
      return done({
        ...ownerAnswer(owner, call.principal),
        ...{ accounts, hand_limit: desk.grantLimit, as_of: timeOf(now) },
      })
    },
  })

async function accountAnswer({ db }: Desk, account: AccountName, now: Instant) {
  const [balance, lots, entries] = await Promise.all([
    balanceAt(db, account, now),
    listLots(db, account, now),
    listHistory(db, { ...account, rowsMax: ENTRIES_SHOWN }),
  ])
  return {
    asset: account.asset,
    ...balanceAnswer(balance),
    lots: lots.map((lot) => lotAnswer(lot, now)),
    entries: entries.map(entryAnswer),
  }
}

const explainRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: `${BASE}/:id/balance`,
    scope: 'credits:read_all',
    name: 'explain_balance',
    summary:
      'Why a balance is what it is: all that came and went, by kind and book, up to a moment',
    area,
    params: ById,
    query: Type.Object({ asset: Type.Optional(named.asset), as_of: Type.Optional(Moment) }, strict),
    answer: Type.Object(
      {
        owner: Type.String(),
        asset: Type.String(),
        as_of: Time,
        ...BalanceShape.properties,
        items: Type.Array(
          Type.Object(
            {
              kind: Type.String(),
              book: Type.String(),
              entries: Count,
              amount: Count,
            },
            strict,
          ),
          { description: 'Together with `due` they are available + held - debt' },
        ),
        due: Type.Integer({ description: 'What time has done and nobody has written down yet' }),
        entries: Type.Array(EntryShape, { description: 'The last ones up to then, newest first' }),
      },
      strict,
    ),
    refuses: { owner_unknown },
    handle: async (call) => {
      const { id } = call.params
      if (!(await isOwner(desk.db, id))) return credits.no('owner_unknown')
      await noteLook(desk, call, 'credits.owner_viewed', id)
      const { asset = 'credit', as_of } = call.query
      const account = { owner: id, asset }
      const at = as_of === undefined ? desk.clock.now() : (Date.parse(as_of) as Instant)
      const { balance, parts, due } = await explainBalance(desk.db, account, at)
      const upTo = timeOf(at + 1)
      const entries = await listHistory(desk.db, { ...account, to: upTo, rowsMax: ENTRIES_SHOWN })
      return done({
        ...account,
        as_of: timeOf(at),
        ...balanceAnswer(balance),
        items: parts.map((part) => ({
          ...part,
          entries: Number(part.entries),
          amount: Number(part.amount),
        })),
        due: Number(due),
        entries: entries.map(entryAnswer),
      })
    },
  })

const adjustRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'POST',
    url: `${BASE}/:id/adjust`,
    scope: 'credits:grant',
    name: 'adjust_balance',
    summary: 'Correct a balance by hand, up or down; needs an Idempotency-Key',
    area,
    params: ById,
    headers: KEYED,
    body: Type.Object(
      {
        amount: Type.Integer({ description: 'Whole minor units; negative takes', examples: [-50] }),
        asset: Type.Optional(named.asset),
        reason: Text,
      },
      { ...strict, examples: [{ amount: -30, reason: 'charged too little' }] },
    ),
    answer: Type.Object(
      {
        entry_id: Type.String(),
        amount: Count,
        lot_id: orNull(Type.String()),
        draws: Draws,
        balance: BalanceShape,
        created_at: Time,
      },
      strict,
    ),
    waits: ProposalShape,
    refuses: { ...MOVING, owner_unknown, insufficient_credits },
    handle: async (call) => {
      const { id } = call.params
      const intent = intentOf(call, `POST ${BASE}/${id}/adjust`)
      if (!intent.ok) return intent
      if (!(await isOwner(desk.db, id))) return credits.no('owner_unknown')
      const { amount, asset = 'credit', reason } = call.body
      const account = { owner: id, asset }
      const outcome = await adjust(desk, account, { amount, reason }, intent.value, actorOf(call))
      return answeredByHand(call.reply, outcome, (posted) => {
        const lotId = posted.detail['lot_id']
        return {
          entry_id: entryIdText('ent', posted.id),
          amount: Number(posted.amount),
          lot_id: lotId === undefined ? null : String(lotId),
          draws: amount > 0 ? [] : drawsAnswer(posted.draws),
          balance: balanceAnswer(posted.balance),
          created_at: timeOf(posted.at),
        }
      })
    },
  })
