import Type from 'typebox'
import type { Database } from '#kernel/db'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { CELLS } from './cells.ts'
import { type KeptVerdict, lastVerdict, stateOf } from './verify-verdict.ts'

const strict = { additionalProperties: false } as const
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const FaultShape = Type.Object(
  {
    cell: orNull(Type.Integer()),
    table: Type.String(),
    key: Type.String({ description: 'Names the row, also one that is missing' }),
    law: Type.String(),
    expected: Type.String(),
    found: Type.String(),
  },
  strict,
)
const VerdictShape = Type.Object(
  {
    at: Type.String({ description: 'When it was reached, RFC 3339 UTC' }),
    began_at: Type.String(),
    by: Type.Enum(['job', 'command']),
    state: Type.Enum(['whole', 'broken', 'unfinished']),
    cells: Type.Integer({ description: `How many of the ${CELLS} parts were read` }),
    entries: Type.Integer(),
    anchors: Type.Integer({ description: 'Signed heads outside the database that were compared' }),
    faults: Type.Array(FaultShape),
  },
  strict,
)

export const ledgerRoutes = (deps: { readonly db: Database }): Route[] => [
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/ledger/verdict',
    scope: 'audit:read',
    name: 'read_ledger_verdict',
    summary: 'What the last verification of the ledger found',
    area: 'audit',
    answer: Type.Object({ verdict: orNull(VerdictShape) }, strict),
    handle: async () => {
      const kept = await lastVerdict(deps.db)
      return done({ verdict: kept === undefined ? null : shown(kept) })
    },
  }),
]

const shown = (kept: KeptVerdict) => ({
  at: kept.at.toISOString(),
  began_at: kept.began_at.toISOString(),
  by: kept.by === 'job' ? ('job' as const) : ('command' as const),
  state: stateOf(kept),
  cells: kept.cells,
  entries: Number(kept.entries),
  anchors: kept.anchors,
  faults: [...kept.faults],
})
