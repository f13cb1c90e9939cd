import { useInfiniteQuery } from '@tanstack/react-query'
import { useContext } from 'react'
import { buttonLook } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { type Column, DataTable, LoadMore, TableSkeleton } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { TimeZone, useFormat } from '~/kit/format.ts'
import { Icon } from '~/kit/icons.tsx'
import { DateTime } from '~/kit/times.tsx'
import { historyQuery } from '~/portal/answers.ts'
import { Filters } from '~/portal/credits/filters.tsx'
import { filterOf } from '~/portal/credits/search.ts'
import { useCreditsSearch } from '~/portal/credits/use-search.ts'
import { EntryAmount } from '~/portal/entry-amount.tsx'
import { useLineTitle } from '~/portal/entry-title.ts'
import { useNames } from '~/portal/names.ts'
import { type Line, linesOf } from '~/portal/refund-lines.ts'
import { useWords } from '~/words/words.ts'

const NO_FILTER = { kind: undefined, action: undefined, from: undefined, to: undefined }

export function History() {
  const say = useWords('credits')
  const columns = useColumns()
  const { search, change } = useCreditsSearch()
  const filter = filterOf(search, useContext(TimeZone))
  const query = useInfiniteQuery(historyQuery(filter))
  const isFiltered = Object.keys(filter).length > 0
  const clear = () => change(NO_FILTER)
  const file = `/api/v1/credits/history/export?${new URLSearchParams(filter)}`
  return (
    <Card
      bare
      title={say('history.title')}
      aside={
        <a
          href={file}
          download=""
          className={buttonLook({ size: 'small' })}
          title={isFiltered ? say('history.csv_filtered') : say('history.csv_all')}
        >
          <Icon name="download" className="size-4" />
          {say('history.csv')}
        </a>
      }
    >
      <Filters onClear={isFiltered ? clear : undefined} />
      <DataBlock
        bare
        query={query}
        skeleton={<TableSkeleton rows={8} />}
        isEmpty={(entries) => entries.length === 0}
        onClearFilters={isFiltered ? clear : undefined}
        empty={
          <EmptyState icon="list" title={say('history.empty')} more={say('history.empty_hint')} />
        }
      >
        {(entries) => (
          <>
            <DataTable
              caption={say('history.title')}
              columns={columns}
              rows={linesOf(entries, filter)}
              keyOf={({ entry_id }) => entry_id}
              onOpen={({ entry_id }) => change({ entry: entry_id })}
              isOpen={({ entry_id }) => entry_id === search.entry}
            />
            <LoadMore query={query} />
            {!query.hasNextPage && (
              <p className="border-t border-line p-3 text-center text-small text-soft">
                {say('history.end')}
              </p>
            )}
          </>
        )}
      </DataBlock>
    </Card>
  )
}

function useColumns(): Column<Line>[] {
  const say = useWords('credits')
  const format = useFormat()
  const title = useLineTitle()
  const { kind } = useNames()
  return [
    {
      ...{ id: 'time', header: say('history.time') },
      cell: (entry) => <DateTime at={entry.created_at} />,
    },
    {
      ...{ id: 'what', header: say('history.what'), phone: 'title' },
      cell: (entry) => <span className="wrap-anywhere">{title(entry)}</span>,
    },
    {
      ...{ id: 'kind', header: say('history.kind'), phone: 'none', from: 'xl' },
      cell: (entry) => <Chip>{kind(entry.kind)}</Chip>,
    },
    {
      ...{ id: 'amount', header: say('history.amount'), align: 'right', phone: 'aside' },
      cell: (entry) => <EntryAmount entry={entry} />,
    },
    {
      ...{ id: 'balance', header: say('history.balance'), align: 'right' },
      cell: (entry) => <span className="text-soft">{format.number(entry.balance_after)}</span>,
    },
  ]
}
