import { Readable } from 'node:stream'
import Type from 'typebox'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { entryUuid, findEntryStory, listRefundsOf } from '#ledger'
import { mayName } from './account.ts'
import type { Desk } from './deps.ts'
import { historyFile } from './history-file.ts'
import { EntryShape, entryAnswer, HistoryFilter } from './read-routes.ts'
import { credits } from './refusals.ts'
import { NAMING } from './replay.ts'
import { area, ById, Count, orNull, strict, Time, timeOf, utcOf } from './shapes.ts'

export const storyRoutes = (desk: Desk): Route[] => [fileRoute(desk), storyRoute(desk)]

const PREFIXES = ['chg', 'ref', 'trf', 'ent'] as const
const uuidOf = (id: string): string | undefined =>
  PREFIXES.map((prefix) => entryUuid(prefix, id)).find((uuid) => uuid !== undefined)

const storyRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/credits/history/:id',
    scope: 'credits:read',
    name: 'get_history_entry',
    summary: 'One entry: the lots it moved, what was given back of it, the charge it gave back',
    area,
    params: ById,
    answer: Type.Object(
      {
        ...EntryShape.properties,
        owner: Type.String(),
        asset: Type.String(),
        draws: Type.Array(
          Type.Object(
            {
              lot_id: Type.String(),
              amount: Count,
              source: Type.String(),
              order_id: orNull(Type.String({ description: 'What was bought, where it was' })),
              expires_at: orNull(Time),
            },
            strict,
          ),
          { description: 'In the order in which they burnt' },
        ),
        refunds: Type.Array(EntryShape, { description: 'Of a charge, oldest first' }),
        charge: orNull(EntryShape),
      },
      strict,
    ),
    refuses: { entry_unknown: credits.texts.entry_unknown },
    handle: async ({ params, principal }) => {
      const uuid = uuidOf(params.id)
      const entry = uuid === undefined ? undefined : await findEntryStory(desk.db, uuid)
      if (!entry || !mayName(principal, entry.owner)) return credits.no('entry_unknown')
      const charged = entry.kind === 'refund' ? entry.reference_id : null
      const [refunds, charge] = await Promise.all([
        entry.kind === 'charge' || entry.kind === 'capture' ? listRefundsOf(desk.db, entry.id) : [],
        charged === null ? undefined : findEntryStory(desk.db, charged),
      ])
      return done({
        ...entryAnswer(entry),
        ...{ owner: entry.owner, asset: entry.asset },
        draws: entry.draws.map((draw) => ({
          ...draw,
          expires_at: draw.expires_at === null ? null : utcOf(draw.expires_at),
        })),
        refunds: refunds.map(entryAnswer),
        charge: charge ? entryAnswer(charge) : null,
      })
    },
  })

const fileRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/credits/history/export',
    scope: 'credits:read',
    name: 'export_history',
    summary: 'The same entries as a file (CSV), newest first',
    area,
    query: Type.Object(HistoryFilter, strict),
    answerType: 'text/csv',
    refuses: NAMING,
    handle: async ({ query, principal, reply }) => {
      const account = await desk.whichAccount(principal, query)
      if (!account.ok) return account
      const { kind, action, from, to } = query
      const lines = historyFile(desk.db, {
        ...account.value,
        ...{ kind, action, from: from && utcOf(from), to: to && utcOf(to) },
      })
      const day = timeOf(desk.clock.now()).slice(0, 'YYYY-MM-DD'.length)
      await reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="credits-${day}.csv"`)
        .send(Readable.from(lines))
      return done(undefined)
    },
  })
