import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { Amount } from '~/console/parts/amount.tsx'
import { useBookName } from '~/console/parts/book.ts'
import { dayAfter, PeriodFields } from '~/console/parts/period-fields.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Card } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { type Column, DataTable, TableSkeleton } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { ListCard } from '~/kit/list-card.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { useWords } from '~/words/words.ts'

type Books = Answer<'list_books'>
type Book = Books['items'][number]
type Total = Books['totals'][number]
const route = getRouteApi('/console/books')

/** What each book gained, and whether all of them together are the other side of what owners have. */
export function BooksPage() {
  const say = useWords('console')
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { from, to, asset } = search
  const query = useQuery({
    queryKey: ['books', search],
    queryFn: ({ signal }) =>
      api.get('/api/v1/admin/ledger/books', {
        query: {
          ...{ from, asset },
          ...(to !== undefined && { to: dayAfter(to) }),
        },
        signal,
      }),
  })
  const isFiltered = Object.values(search).some((value) => value !== undefined)
  return (
    <>
      <PageHeader title={say('books.title')} more={say('books.more')} />
      <div className="mb-4 grid gap-3 *:min-w-0 min-[420px]:grid-cols-2 sm:flex sm:flex-wrap">
        <PeriodFields
          utc
          value={search}
          onChange={(changed) => void navigate({ search: { ...search, ...changed } })}
        />
      </div>
      <div className="grid gap-4">
        <Card title={say('books.totals')} more={say('books.totals_more')} bare>
          <DataBlock query={query} bare skeleton={<TableSkeleton rows={1} />}>
            {({ totals }) => <Totals rows={totals} />}
          </DataBlock>
        </Card>
        <ListCard
          title={say('books.gained')}
          caption={say('books.gained')}
          query={{ ...query, data: query.data?.items }}
          columns={useBookColumns()}
          keyOf={(one) => `${one.asset} ${one.book}`}
          empty={
            <EmptyState icon="scale" title={say('books.empty')} more={say('books.empty_more')} />
          }
          onClearFilters={isFiltered ? () => void navigate({ search: {} }) : undefined}
        />
      </div>
    </>
  )
}

function useBookColumns(): Column<Book>[] {
  const say = useWords('console')
  const nameOf = useBookName()
  const term = useTerm()
  const format = useFormat()
  return [
    {
      id: 'book',
      header: say('why.book'),
      phone: 'title',
      cell: ({ book }) => nameOf(book),
    },
    { id: 'asset', header: say('flow.asset'), cell: ({ asset }) => term('asset', asset) },
    {
      id: 'entries',
      header: say('why.entries'),
      align: 'right',
      cell: ({ entries }) => format.number(entries),
    },
    {
      id: 'amount',
      header: say('books.gained'),
      align: 'right',
      phone: 'aside',
      cell: ({ amount, asset }) => <Amount amount={Number(amount)} asset={asset} signed />,
    },
  ]
}

function Totals({ rows }: { readonly rows: readonly Total[] }) {
  const say = useWords('console')
  const term = useTerm()
  const sums = ['available', 'held', 'debt', 'books', 'waiting'] as const
  const columns: Column<Total>[] = [
    {
      ...{ id: 'asset', header: say('flow.asset'), phone: 'title' },
      cell: ({ asset }) => term('asset', asset),
    },
    ...sums.map(
      (id): Column<Total> => ({
        ...{ id, header: say(`books.${id}`), align: 'right' },
        cell: (row) => <Amount amount={Number(row[id])} asset={row.asset} />,
      }),
    ),
    {
      id: 'difference',
      header: say('books.difference'),
      align: 'right',
      phone: 'aside',
      cell: ({ difference }) =>
        difference === '0' ? <Chip tone="good">0</Chip> : <Chip tone="bad">{difference}</Chip>,
    },
  ]
  return (
    <DataTable
      caption={say('books.totals')}
      columns={columns}
      rows={rows}
      keyOf={({ asset }) => asset}
    />
  )
}
