import { type Answer, invalid, ok, refuse } from './answer.ts'
import type { Params } from './params.ts'

const PAGE_ROWS = 10
const PAGE_ROWS_MAX = 100

type Row = { readonly id: string; readonly created?: number }

/** A page of a list, newest first; `starting_after` goes on from a row, `ending_before` goes back to one. */
export function listed<T extends Row>(params: Params, url: string, rows: Iterable<T>): Answer {
  const limit = readLimit(params)
  const after = params.text('starting_after')
  const before = params.text('ending_before')
  const isIn = readRange(params)
  const fault = params.fault()
  if (fault) return refuse(fault)
  const all = [...rows].reverse().filter(({ created }) => isIn(created ?? 0))
  const cursor = after ?? before
  const at = cursor === undefined ? -1 : all.findIndex(({ id }) => id === cursor)
  if (cursor !== undefined && at < 0)
    return refuse(
      invalid(`No such object: '${cursor}'`, {
        code: 'resource_missing',
        param: after === undefined ? 'ending_before' : 'starting_after',
      }),
    )
  const from = before === undefined ? at + 1 : Math.max(0, at - limit)
  const data = before === undefined ? all.slice(from, from + limit) : all.slice(from, at)
  const has_more = before === undefined ? from + limit < all.length : from > 0
  return ok({ object: 'list', data, has_more, url })
}

export function readLimit(params: Params): number {
  const limit = params.integer('limit') ?? PAGE_ROWS
  if (limit < 1 || limit > PAGE_ROWS_MAX)
    params.blame(
      invalid('Invalid integer: limit must be between 1 and 100', {
        code: 'parameter_invalid_integer',
        param: 'limit',
      }),
    )
  return limit
}

function readRange(params: Params): (created: number) => boolean {
  if (!params.has('created')) return () => true
  const range = params.group('created')
  const gt = range.integer('gt') ?? Number.NEGATIVE_INFINITY
  const gte = range.integer('gte') ?? Number.NEGATIVE_INFINITY
  const lt = range.integer('lt') ?? Number.POSITIVE_INFINITY
  const lte = range.integer('lte') ?? Number.POSITIVE_INFINITY
  return (created) => created > gt && created >= gte && created < lt && created <= lte
}
