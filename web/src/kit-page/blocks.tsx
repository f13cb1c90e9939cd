import { Problem } from '~/app/problem.ts'
import { Credits } from '~/kit/amounts.tsx'
import { Button } from '~/kit/button.tsx'
import { Card, Facts } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { type Column, DataTable, LoadMore, TableSkeleton } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

interface Line {
  readonly id: string
  readonly title: string
  readonly amount: number
  readonly state: 'good' | 'note'
  readonly at: string
}

const HOUR_MS = 3_600_000
const START_MS = Date.now()
const at = (hours: number) => new Date(START_MS - hours * HOUR_MS).toISOString()

const idle = { error: null, isFetching: false, refetch: () => undefined }
const FAILED = new Problem({
  code: 'unavailable',
  status: 503,
  detail: '',
  requestId: 'req_01m80ahfxafjhv956fcvr5yct2',
})
const LOST = new Problem({ code: 'unreachable', status: 0, detail: '' })

/** Blocks of data in all of their states. */
export function Blocks() {
  const say = useWords('kit-page')
  const lines = useLines()
  const query = (change: object) => ({ ...idle, data: undefined, ...change })
  const table = (data: readonly Line[]) => <LineTable lines={data} />
  const none = (data: readonly Line[]) => data.length === 0
  return (
    <div className="grid gap-6">
      <Card bare title={say('block.full')}>
        <DataBlock query={query({ data: lines })}>{table}</DataBlock>
        <LoadMore
          query={{
            hasNextPage: true,
            isFetchingNextPage: false,
            fetchNextPage: () => undefined,
          }}
        />
      </Card>
      <Card bare title={say('block.loading')}>
        <DataBlock query={query({ isFetching: true })} skeleton={<TableSkeleton rows={3} />}>
          {table}
        </DataBlock>
      </Card>
      <Card title={say('block.empty')}>
        <DataBlock
          query={query({ data: [] })}
          isEmpty={none}
          empty={
            <EmptyState
              icon="coin"
              title={say('block.empty_title')}
              more={say('fields.hint')}
              act={<Button look="primary">{say('buttons.act')}</Button>}
            />
          }
        >
          {table}
        </DataBlock>
      </Card>
      <Card title={say('block.filtered')}>
        <DataBlock query={query({ data: [] })} isEmpty={none} onClearFilters={() => undefined}>
          {table}
        </DataBlock>
      </Card>
      <Card title={say('block.failed')}>
        <DataBlock query={query({ error: FAILED })}>{table}</DataBlock>
      </Card>
      <Card bare title={say('block.failed_over')}>
        <DataBlock bare query={query({ data: lines.slice(0, 2), error: LOST })}>
          {table}
        </DataBlock>
      </Card>
      <Card bare title={say('block.stale')}>
        <DataBlock bare stale query={query({ data: lines.slice(0, 2), dataUpdatedAt: START_MS })}>
          {table}
        </DataBlock>
      </Card>
      <Card title={say('block.unknown')}>
        <ProblemNote of="acting" error={LOST} onRetry={() => undefined} />
      </Card>
      <Card title={say('block.facts')}>
        <Facts
          items={[
            { term: say('fields.name'), value: say('lines.picture') },
            { term: say('lines.id'), value: <CopyId text="chg_01m80ahfxafjhv956fcvr5yct2" /> },
            { term: say('lines.amount'), value: <Credits amount={1280} /> },
          ]}
        />
      </Card>
    </div>
  )
}

function useLines(): readonly Line[] {
  const say = useWords('kit-page')
  return [
    { id: '1', title: say('lines.picture'), amount: -30, state: 'good', at: at(0.1) },
    { id: '2', title: say('lines.top_up'), amount: 1600, state: 'note', at: at(5) },
    { id: '3', title: say('lines.long'), amount: -128_000, state: 'good', at: at(60) },
  ]
}

function LineTable({ lines }: { readonly lines: readonly Line[] }) {
  const say = useWords('kit-page')
  const columns: readonly Column<Line>[] = [
    { id: 'title', header: say('lines.what'), phone: 'title', cell: ({ title }) => title },
    {
      id: 'state',
      header: say('lines.state'),
      cell: ({ state }) => <Chip tone={state}>{say(`tone.${state}`)}</Chip>,
    },
    { id: 'at', header: say('lines.at'), cell: (line) => <RelativeTime at={line.at} /> },
    {
      id: 'amount',
      header: say('lines.amount'),
      align: 'right',
      phone: 'aside',
      cell: ({ amount }) => <Credits signed amount={amount} />,
    },
  ]
  return (
    <DataTable
      caption={say('block.full')}
      columns={columns}
      rows={lines}
      keyOf={({ id }) => id}
      onOpen={() => undefined}
    />
  )
}
