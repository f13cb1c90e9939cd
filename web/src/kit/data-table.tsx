import type { ReactNode } from 'react'
import { Button } from '~/kit/button.tsx'
import { Skeleton } from '~/kit/skeleton.tsx'
import { useWords } from '~/words/words.ts'

export interface Column<Row> {
  readonly id: string
  readonly header: ReactNode
  readonly cell: (row: Row) => ReactNode
  /** Amounts stand at the right. */
  readonly align?: 'right'
  /** On a card: the line at the top, at its right, among the small ones, or not at all. */
  readonly phone?: 'title' | 'aside' | 'detail' | 'none'
  /** Left out while the window is narrower. */
  readonly from?: 'md' | 'lg' | 'xl'
}

interface Props<Row> {
  /** What is in it, for who does not see it. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** Opens a row; then the whole row is pressed, and its title is a button. */
  readonly onOpen?: (row: Row) => void
  readonly isOpen?: (row: Row) => boolean
}

const FROM = { md: 'hidden md:table-cell', lg: 'hidden lg:table-cell', xl: 'hidden xl:table-cell' }

/** Rows, and where they have no room cards; both are drawn and the width chooses, so that nothing jumps. */
export function DataTable<Row>(props: Props<Row>) {
  return (
    <div className="@container">
      <div className="hidden overflow-x-auto @table:block">
        <Rows {...props} />
      </div>
      <Cards {...props} />
    </div>
  )
}

function Rows<Row>({ caption, columns, rows, keyOf, onOpen, isOpen }: Props<Row>) {
  const look = (column: Column<Row>) =>
    `px-3 first:pl-0 last:pr-0 in-data-bare:first:pl-6 in-data-bare:last:pr-6 ${column.align === 'right' ? 'text-right tabular' : 'text-left'} ${column.from ? FROM[column.from] : ''}`
  return (
    <table className="w-full border-collapse">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="border-b border-line">
          {columns.map((column) => (
            <th
              key={column.id}
              scope="col"
              className={`${look(column)} py-2 text-small font-normal whitespace-nowrap text-soft`}
            >
              {column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr
            key={keyOf(row)}
            className={`border-b border-line last:border-0 ${onOpen ? 'cursor-pointer hover:bg-sunken' : ''} ${isOpen?.(row) ? 'bg-bronze-wash' : ''}`}
            onClick={onOpen && ((event) => pressed(event.target) && onOpen(row))}
          >
            {columns.map((column) => (
              <td key={column.id} className={`${look(column)} py-3 align-middle`}>
                {column.phone === 'title' ? (
                  <Opener row={row} onOpen={onOpen}>
                    {column.cell(row)}
                  </Opener>
                ) : (
                  column.cell(row)
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A press on a button or link within the row is meant for that one. */
const pressed = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('button, a, input, label') === null

interface OpenerProps<Row> {
  readonly row: Row
  readonly onOpen: ((row: Row) => void) | undefined
  readonly children: ReactNode
}

function Opener<Row>({ row, onOpen, children }: OpenerProps<Row>) {
  if (!onOpen) return children
  return (
    <button
      type="button"
      onClick={() => onOpen(row)}
      className="max-w-full text-left underline decoration-line underline-offset-4 hover:decoration-bronze"
    >
      {children}
    </button>
  )
}

function Cards<Row>({ caption, columns, rows, keyOf, onOpen }: Props<Row>) {
  const at = (place: Column<Row>['phone']) => columns.filter(({ phone }) => phone === place)
  const details = columns.filter(({ phone = 'detail' }) => phone === 'detail')
  return (
    <ul aria-label={caption} className="@table:hidden">
      {rows.map((row) => (
        <li
          key={keyOf(row)}
          className="grid grid-cols-1 gap-1.5 border-b border-line py-3 last:border-0 in-data-bare:px-4 sm:in-data-bare:px-6"
        >
          <div className="flex items-baseline justify-between gap-3">
            <div className="min-w-0 font-semibold break-words">
              <Opener row={row} onOpen={onOpen}>
                {at('title').map((column) => (
                  <span key={column.id}>{column.cell(row)}</span>
                ))}
              </Opener>
            </div>
            <div className="shrink-0 text-right">
              {at('aside').map((column) => (
                <span key={column.id}>{column.cell(row)}</span>
              ))}
            </div>
          </div>
          {details.length > 0 && (
            <dl className="grid grid-cols-1 gap-y-1 text-small">
              {details.map((column) => (
                // Each line by itself: beside a long term a time, which never breaks, would leave the page.
                <div key={column.id} className="flex justify-between gap-3">
                  <dt className="max-w-[45%] shrink-0 text-soft">{column.header}</dt>
                  <dd className="min-w-0 text-right break-words">{column.cell(row)}</dd>
                </div>
              ))}
            </dl>
          )}
        </li>
      ))}
    </ul>
  )
}

interface SkeletonProps {
  readonly rows?: number
  /** Of one row, where more than a line is written in it; with one it is a table, whose rows are cards where it has no room. */
  readonly lines?: 1 | 2
}

export function TableSkeleton({ rows = 5, lines = 1 }: SkeletonProps) {
  return (
    <div aria-hidden="true" className="@container">
      {Array.from({ length: rows }, (_, nth) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: all alike, and none ever moves.
          key={nth}
          className="flex items-center justify-between gap-6 border-b border-line py-4 last:border-0 in-data-bare:px-4 sm:in-data-bare:px-6"
        >
          <span className="grid flex-1 gap-2.5">
            <Skeleton className="h-4 w-2/5" />
            <Skeleton className={`h-3 w-1/4 ${lines === 1 ? '@table:hidden' : ''}`} />
            {lines === 1 && <Skeleton className="h-3 w-1/3 @table:hidden" />}
          </span>
          <Skeleton className="h-4 w-16" />
        </div>
      ))}
    </div>
  )
}

interface MoreProps {
  readonly query: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => unknown
  }
}

/** Under a list of pages by cursor, as `useInfiniteQuery` gives them. */
export function LoadMore({ query }: MoreProps) {
  const say = useWords('kit')
  if (!query.hasNextPage) return null
  return (
    <div className="flex justify-center border-t border-line p-3">
      <Button
        look="quiet"
        busy={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {say('list.more')}
      </Button>
    </div>
  )
}
