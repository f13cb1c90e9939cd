import Type from 'typebox'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { listBooks, listTotals } from '#ledger'
import type { Desk } from './deps.ts'
import { BOOK_ROWS_MAX } from './limits.ts'
import { Count, named, strict } from './shapes.ts'

const Day = Type.String({
  pattern: '^[12]\\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
  format: 'date',
  examples: ['2026-01-31'],
})
const Sum = Type.String({
  description: 'Whole minor units, as text: a sum may be larger than JSON carries exactly',
})

export const bookRoutes = (desk: Desk): Route[] => [booksRoute(desk)]

const booksRoute = ({ db }: Desk): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/admin/ledger/books',
    scope: 'ledger:read',
    name: 'list_books',
    summary: 'What each book gained in some days (UTC), and what all owners have',
    area: 'ledger',
    query: Type.Object(
      { from: Type.Optional(Day), to: Type.Optional(Day), asset: Type.Optional(named.asset) },
      strict,
    ),
    answer: Type.Object(
      {
        items: Type.Array(
          Type.Object(
            { asset: Type.String(), book: Type.String(), amount: Sum, entries: Count },
            strict,
          ),
        ),
        has_more: Type.Boolean({ description: 'There are more books than are shown' }),
        totals: Type.Array(
          Type.Object(
            {
              asset: Type.String(),
              books: Sum,
              waiting: Sum,
              available: Sum,
              held: Sum,
              debt: Sum,
              difference: Sum,
            },
            {
              ...strict,
              description:
                'Since ever: books, what is not rolled up into them yet, and what owners have; the difference is 0',
            },
          ),
        ),
      },
      strict,
    ),
    handle: async ({ query }) => {
      const { asset } = query
      const period = { from: query.from, to: query.to }
      const lines = await listBooks(db, { asset, ...period, rowsMax: BOOK_ROWS_MAX + 1 })
      const totals = await listTotals(db)
      return done({
        items: lines
          .slice(0, BOOK_ROWS_MAX)
          .map((line) => ({ ...line, entries: Number(line.entries) })),
        has_more: lines.length > BOOK_ROWS_MAX,
        totals: totals
          .filter((total) => asset === undefined || total.asset === asset)
          .map((total) => ({ ...total })),
      })
    },
  })
