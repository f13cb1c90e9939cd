import { useState } from 'react'
import { Figure } from '~/console/overview/figure.tsx'
import type { Overview } from '~/console/overview/page.tsx'
import { daysOf } from '~/console/overview/period.ts'
import { useMay } from '~/console/parts/may.ts'
import { Credits } from '~/kit/amounts.tsx'
import { Card } from '~/kit/card.tsx'
import { BarChart } from '~/kit/charts.tsx'
import { Segments } from '~/kit/choice.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { useWords } from '~/words/words.ts'

const FLOWS = ['issued', 'used', 'expired'] as const

/** What owners were given, used and lost, and what they still have: what the house owes them. */
export function CreditsCard({ overview }: { readonly overview: Overview }) {
  const say = useWords('console')
  const assets = [...new Set(overview.credits.map(({ asset }) => asset))].filter((asset) =>
    asset.includes('credit'),
  )
  const [chosen, choose] = useState<string>()
  const asset = assets.find((one) => one === chosen) ?? assets[0]
  return (
    <Card
      title={say('flow.title')}
      more={say('flow.more')}
      aside={
        asset !== undefined &&
        assets.length > 1 && (
          <Segments
            label={say('flow.asset')}
            value={asset}
            options={assets.map((value) => ({
              value,
              label: value === 'credit' ? say('asset.credit') : say('asset.test_credit'),
            }))}
            onChange={choose}
          />
        )
      }
    >
      {asset === undefined ? (
        <EmptyState icon="coin" title={say('flow.empty')} more={say('flow.empty_more')} />
      ) : (
        <Flow overview={overview} asset={asset} />
      )}
    </Card>
  )
}

function Flow({ overview, asset }: { readonly overview: Overview; readonly asset: string }) {
  const say = useWords('console')
  const format = useFormat()
  const may = useMay()
  const days = overview.credits.filter((day) => day.asset === asset)
  const byDay = new Map(days.map((day) => [day.day, day]))
  const total = (of: (typeof FLOWS)[number]) => days.reduce((sum, day) => sum + Number(day[of]), 0)
  const search = { from: overview.from, to: overview.to, asset }
  const link = may('ledger:read') ? ({ to: '/console/books', search } as const) : undefined
  return (
    <div className="grid gap-5">
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        {FLOWS.map((flow) => (
          <Figure
            key={flow}
            label={say(`flow.${flow}`)}
            value={<Credits amount={total(flow)} />}
            link={link}
          />
        ))}
        <Figure
          label={say('flow.outstanding')}
          value={<Credits amount={Number(days.at(-1)?.outstanding ?? 0)} />}
          link={link}
        />
      </dl>
      <BarChart
        title={say('flow.by_day')}
        series={FLOWS.slice(1).map((id) => ({ id, label: say(`flow.${id}`) }))}
        bars={daysOf(overview).map((day) => ({
          id: day,
          label: format.day(day),
          values: {
            used: Math.max(0, Number(byDay.get(day)?.used ?? 0)),
            expired: Math.max(0, Number(byDay.get(day)?.expired ?? 0)),
          },
        }))}
        format={format.number}
        short={format.compact}
      />
    </div>
  )
}
