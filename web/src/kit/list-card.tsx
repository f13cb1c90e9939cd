import type { ReactNode } from 'react'
import { Card } from '~/kit/card.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { type Column, DataTable, LoadMore, TableSkeleton } from '~/kit/data-table.tsx'

interface Props<Row> {
  readonly caption: string
  readonly query: {
    readonly data: readonly Row[] | undefined
    readonly error: unknown
    readonly isFetching: boolean
    readonly refetch: () => unknown
    readonly dataUpdatedAt?: number
    readonly hasNextPage?: boolean
    readonly isFetchingNextPage?: boolean
    readonly fetchNextPage?: () => unknown
  }
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  readonly empty: ReactNode
  readonly onClearFilters?: (() => void) | undefined
  /** The line to the server is down: `useStale()` of the shell tells. */
  readonly stale?: boolean
  readonly onOpen?: (row: Row) => void
  readonly isOpen?: (row: Row) => boolean
  readonly title?: ReactNode
  readonly more?: ReactNode
}

/** A list in its card, with its five states and the way to more of it. */
export function ListCard<Row>(props: Props<Row>) {
  const { query, empty, onClearFilters, stale = false, title, more, ...table } = props
  const { hasNextPage = false, isFetchingNextPage = false, fetchNextPage = () => {} } = query
  return (
    <Card {...(title !== undefined && { title })} {...(more !== undefined && { more })} bare>
      <DataBlock
        bare
        query={query}
        stale={stale}
        isEmpty={(rows) => rows.length === 0}
        empty={empty}
        onClearFilters={onClearFilters}
        skeleton={<TableSkeleton />}
      >
        {(rows) => (
          <>
            <DataTable {...table} rows={rows} />
            <LoadMore query={{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
          </>
        )}
      </DataBlock>
    </Card>
  )
}
