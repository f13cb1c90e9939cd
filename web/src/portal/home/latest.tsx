import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Card } from '~/kit/card.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { TableSkeleton } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { latestQuery } from '~/portal/answers.ts'
import { EntryAmount } from '~/portal/entry-amount.tsx'
import { useLineTitle } from '~/portal/entry-title.ts'
import { useNames } from '~/portal/names.ts'
import { foldRefunds } from '~/portal/refund-lines.ts'
import { useWords } from '~/words/words.ts'

const SHOWN_MAX = 6

export function Latest() {
  const say = useWords('portal')
  const title = useLineTitle()
  const { kind } = useNames()
  const query = useQuery(latestQuery)
  return (
    <Card
      bare
      title={say('home.activity')}
      aside={
        <Link
          to="/credits"
          search={{ tab: 'history' }}
          className="text-small text-soft underline underline-offset-4"
        >
          {say('home.activity_all')}
        </Link>
      }
    >
      <DataBlock
        bare
        query={query}
        skeleton={<TableSkeleton rows={SHOWN_MAX} lines={2} />}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <EmptyState
            icon="list"
            title={say('home.activity_empty')}
            more={say('home.activity_empty_hint')}
          />
        }
      >
        {({ items }) => (
          <ul>
            {foldRefunds(items)
              .slice(0, SHOWN_MAX)
              .map((entry) => (
                <li key={entry.entry_id} className="border-b border-line last:border-0">
                  <Link
                    to="/credits"
                    search={{ tab: 'history', entry: entry.entry_id }}
                    className="flex items-center gap-4 px-4 py-3 hover:bg-sunken sm:px-6"
                  >
                    <span className="grid min-w-0 flex-1">
                      <span className="truncate">{title(entry)}</span>
                      <span className="text-small text-soft">
                        {entry.refund === undefined &&
                          kind(entry.kind) !== title(entry) &&
                          `${kind(entry.kind)} · `}
                        <RelativeTime at={entry.created_at} />
                      </span>
                    </span>
                    <EntryAmount entry={entry} />
                  </Link>
                </li>
              ))}
          </ul>
        )}
      </DataBlock>
    </Card>
  )
}
