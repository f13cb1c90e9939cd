import { getRouteApi } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { Amount } from '~/console/parts/amount.tsx'
import { Actor, OrderLink } from '~/console/parts/links.tsx'
import { usePages } from '~/console/parts/pages.ts'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Money } from '~/kit/amounts.tsx'
import { Card } from '~/kit/card.tsx'
import { Segments } from '~/kit/choice.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { LoadMore } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import type { IconName } from '~/kit/icons.tsx'
import { type Happened, Timeline } from '~/kit/timeline.tsx'
import { useWords } from '~/words/words.ts'

type Line = Answer<'get_owner_timeline'>['items'][number]
const WHATS = ['entry', 'order', 'payment', 'refund', 'act'] as const
const route = getRouteApi('/console/people/$id')

const ICONS: Readonly<Record<Line['what'], IconName>> = {
  entry: 'coin',
  order: 'receipt',
  payment: 'tag',
  refund: 'refresh',
  act: 'shield',
}

/** All that happened around somebody, newest first. */
export function TimelineTab({ id }: { readonly id: string }) {
  const say = useWords('console')
  const { what } = route.useSearch()
  const navigate = route.useNavigate()
  const show = (next: string) =>
    void navigate({
      search: { tab: 'timeline', what: WHATS.find((one) => one === next) },
    })
  const query = usePages(['timeline', id, what], (cursor, signal) =>
    api.get('/api/v1/admin/owners/{id}/timeline', {
      path: { id },
      query: { what, cursor },
      signal,
    }),
  )
  return (
    <Card>
      <div className="mb-5 overflow-x-auto">
        <Segments
          label={say('timeline.filter')}
          value={what ?? 'all'}
          options={['all' as const, ...WHATS].map((value) => ({
            value,
            label: say(`timeline.${value}`),
          }))}
          onChange={show}
        />
      </div>
      <DataBlock
        query={query}
        isEmpty={(lines) => lines.length === 0}
        empty={
          <EmptyState
            icon="clock"
            title={say('timeline.empty')}
            more={what === 'act' ? say('timeline.acts_hidden') : say('timeline.empty_more')}
          />
        }
        onClearFilters={what === undefined || what === 'act' ? undefined : () => show('all')}
      >
        {(lines) => (
          <div className="grid gap-4">
            <Lines lines={lines} />
            <LoadMore query={query} />
          </div>
        )}
      </DataBlock>
    </Card>
  )
}

function Lines({ lines }: { readonly lines: readonly Line[] }) {
  const say = useWords('console')
  const term = useTerm()
  const format = useFormat()
  const titleOf = (line: Line) => {
    if (line.what === 'entry')
      return `${term('entry', line.word)}${line.of === null ? '' : ` · ${line.of}`}`
    if (line.what === 'act') return term('act', line.word)
    return `${say(`timeline.${line.what}`)}${line.of === null ? '' : ` · ${term('channel', line.of)}`}`
  }
  const items = lines.map(
    (line): Happened => ({
      id: `${line.what} ${line.id}`,
      at: line.at,
      icon: ICONS[line.what],
      tone: toneOf(line),
      title: (
        <span className="inline-flex flex-wrap items-center gap-2">
          {titleOf(line)}
          {line.what !== 'entry' && line.what !== 'act' && <StateChip state={line.word} />}
          {line.refused && <StateChip state="refused" />}
        </span>
      ),
      more: <More line={line} />,
      aside: (
        <span className="grid justify-items-end">
          <Sum line={line} />
          {line.balance_after !== null && (
            <span className="tabular text-tiny text-soft">
              {say('timeline.balance', { n: format.number(line.balance_after) })}
            </span>
          )}
        </span>
      ),
    }),
  )
  return <Timeline items={items} />
}

const toneOf = ({ what, refused, amount }: Line): NonNullable<Happened['tone']> => {
  if (refused) return 'bad'
  if (what === 'entry') return (amount ?? 0) > 0 ? 'good' : 'plain'
  return what === 'act' ? 'note' : 'bronze'
}

/** What only set credits aside, let them go or took them for a debt says quietly how many. */
function Sum({ line: { what, word, amount, moved, unit } }: { readonly line: Line }) {
  const say = useWords('console')
  const format = useFormat()
  if (amount === null || unit === null) return null
  if (moved !== null) {
    const how = word === 'hold' || word === 'release' ? word : 'repay'
    return (
      <span className="tabular whitespace-nowrap text-soft">
        {say(`timeline.moved_${how}`, { n: format.number(moved) })}
      </span>
    )
  }
  if (what === 'entry') return <Amount amount={amount} asset={unit} signed />
  return <Money amount={amount} currency={unit} />
}

function More({ line }: { readonly line: Line }) {
  const say = useWords('console')
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      {/* Of what was bought the books hold a name in one language for ever; its order has it in each. */}
      {line.note !== null && (line.what !== 'entry' || line.order_id === null) && (
        <span className="break-words">{line.note}</span>
      )}
      {line.order_id !== null && <OrderLink id={line.order_id} />}
      {line.by !== null && line.by !== '' && (
        <span>
          {say('by')} <Actor id={line.by} />
        </span>
      )}
      <CopyId text={line.id} />
    </span>
  )
}
