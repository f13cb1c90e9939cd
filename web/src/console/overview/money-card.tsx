import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Figure } from '~/console/overview/figure.tsx'
import type { Overview } from '~/console/overview/page.tsx'
import { daysOf } from '~/console/overview/period.ts'
import { ModeChip } from '~/console/parts/amount.tsx'
import { linkLook } from '~/console/parts/links.tsx'
import { Card } from '~/kit/card.tsx'
import { BarChart } from '~/kit/charts.tsx'
import { Segments } from '~/kit/choice.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { useWords } from '~/words/words.ts'

type Day = Overview['money'][number]
const kindOf = ({ currency, livemode }: Day) => `${currency}${livemode ? '' : ' test'}`
const sum = (days: readonly Day[], of: 'received' | 'refunded' | 'payments') =>
  days.reduce((all, day) => all + day[of], 0)

/** What came in by day, in one currency at a time; money of tests is never added to money. */
export function MoneyCard({ overview }: { readonly overview: Overview }) {
  const say = useWords('console')
  const kinds = [...new Set(overview.money.map(kindOf))].sort(
    (a, b) => Number(a.includes('test')) - Number(b.includes('test')) || a.localeCompare(b),
  )
  const [chosen, choose] = useState<string>()
  const kind = kinds.find((one) => one === chosen) ?? kinds[0]
  const days = overview.money.filter((day) => kindOf(day) === kind)
  const [first] = days
  return (
    <Card
      title={say('money.title')}
      more={say('money.more')}
      aside={
        kind !== undefined &&
        (kinds.length === 1 ? (
          <ModeChip livemode={!kind.includes('test')} />
        ) : (
          <Segments
            label={say('money.currency')}
            value={kind}
            options={kinds.map((value) => ({
              value,
              label: value.replace(' test', ` · ${say('mode.test')}`),
            }))}
            onChange={choose}
          />
        ))
      }
    >
      {first ? (
        <Money overview={overview} days={days} one={first} />
      ) : (
        <EmptyState icon="receipt" title={say('money.empty')} more={say('money.empty_more')} />
      )}
    </Card>
  )
}

interface MoneyProps {
  readonly overview: Overview
  readonly days: readonly Day[]
  readonly one: Day
}

function Money({ overview, days, one: { currency } }: MoneyProps) {
  const say = useWords('console')
  const format = useFormat()
  const money = (minor: number) => format.money(minor, currency)
  const period = { from: overview.from, to: overview.to, utc: true } as const
  const byDay = new Map(days.map((day) => [day.day, day]))
  return (
    <div className="grid gap-5">
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        <Figure
          label={say('money.received')}
          value={money(sum(days, 'received'))}
          more={say('money.payments', { n: sum(days, 'payments') })}
          link={{ to: '/console/orders', search: period }}
        />
        <Figure
          label={say('money.refunded')}
          value={money(sum(days, 'refunded'))}
          link={{ to: '/console/refunds', search: { state: 'succeeded' } }}
        />
        <Figure
          label={say('money.net')}
          value={money(sum(days, 'received') - sum(days, 'refunded'))}
        />
      </dl>
      <BarChart
        title={say('money.by_day')}
        series={[{ id: 'received', label: say('money.received') }]}
        bars={daysOf(overview).map((day) => ({
          id: day,
          label: format.day(day),
          values: { received: byDay.get(day)?.received ?? 0 },
        }))}
        format={money}
        short={(minor) => format.compact(minor / 100)}
      />
      <ul aria-label={say('money.days')} className="flex flex-wrap gap-x-4 gap-y-1 text-small">
        <li aria-hidden="true" className="text-soft">
          {say('money.days')}
        </li>
        {days.slice(-5).map(({ day, received }) => (
          <li key={day}>
            <Link
              to="/console/orders"
              search={{ from: day, to: day, utc: true }}
              className={linkLook}
            >
              {format.day(day)} · {money(received)}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}
