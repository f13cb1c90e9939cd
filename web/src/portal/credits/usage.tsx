import { useQuery } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { useMemo } from 'react'
import { houseNow } from '~/app/clock.ts'
import { Credits } from '~/kit/amounts.tsx'
import { Card } from '~/kit/card.tsx'
import { BarChart } from '~/kit/charts.tsx'
import { Segments } from '~/kit/choice.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { Skeleton } from '~/kit/skeleton.tsx'
import { statsQuery } from '~/portal/answers.ts'
import { USAGE_DAYS } from '~/portal/credits/search.ts'
import { OTHERS, usageOf, usageStart } from '~/portal/credits/usage-days.ts'
import { useCreditsSearch } from '~/portal/credits/use-search.ts'
import { useWords } from '~/words/words.ts'

export function Usage() {
  const say = useWords('credits')
  const { search, change } = useCreditsSearch()
  const days = search.days ?? '30'
  const from = useMemo(() => usageStart(Number(days), houseNow()), [days])
  const query = useQuery(statsQuery(from))
  return (
    <Card
      title={say('usage.title')}
      aside={
        <Segments
          label={say('usage.range')}
          value={days}
          onChange={(next) => change({ days: next })}
          options={USAGE_DAYS.map((value) => ({ value, label: say(`usage.range.${value}`) }))}
        />
      }
    >
      <DataBlock
        query={query}
        skeleton={<Waiting />}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <EmptyState icon="chart" title={say('usage.empty')} more={say('usage.empty_hint')} />
        }
      >
        {(stats) => <Picture stats={stats} />}
      </DataBlock>
    </Card>
  )
}

const SUMS = 3

const Waiting = () => (
  <>
    <div className="mb-5 flex gap-10">
      {Array.from({ length: SUMS }, (_, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike, and none ever moves.
        <div key={nth} className="grid gap-2.5 py-1">
          <Skeleton className="h-3 w-10" />
          <Skeleton className="h-5 w-16" />
        </div>
      ))}
    </div>
    <Skeleton className="h-56 w-full" />
  </>
)

function Picture({ stats }: { readonly stats: Answer<'get_stats'> }) {
  const say = useWords('credits')
  const format = useFormat()
  const usage = usageOf(stats.items, stats.from, stats.to)
  const nameOf = (action: string) => {
    if (action === OTHERS) return say('usage.others')
    return action === 'other' ? say('usage.other') : action
  }
  const sums = [
    { name: say('usage.spent'), value: stats.charged },
    { name: say('usage.returned'), value: stats.refunded },
    { name: say('usage.net'), value: stats.charged - stats.refunded },
  ]
  return (
    <>
      <dl className="mb-5 flex flex-wrap gap-x-10 gap-y-3">
        {sums.map(({ name, value }) => (
          <div key={name}>
            <dt className="text-small text-soft">{name}</dt>
            <dd className="text-lead font-semibold">
              <Credits amount={value} />
            </dd>
          </div>
        ))}
      </dl>
      <BarChart
        title={say('usage.chart')}
        series={usage.series.map((id) => ({ id, label: nameOf(id) }))}
        bars={usage.days.map(({ day, charged }) => ({
          ...{ id: day, label: format.day(day) },
          values: Object.fromEntries(
            usage.series.map((action, nth) => [action, charged[nth] ?? 0]),
          ),
        }))}
        format={format.number}
        short={format.compact}
      />
    </>
  )
}
