import { Credits, Money } from '~/kit/amounts.tsx'
import { Card } from '~/kit/card.tsx'
import { type Bar, BarChart, StackedBar } from '~/kit/charts.tsx'
import { useFormat } from '~/kit/format.ts'
import { ICONS, Icon } from '~/kit/icons.tsx'
import { JsonView } from '~/kit/json-view.tsx'
import { Mark } from '~/kit/mark.tsx'
import { QrCode } from '~/kit/qr-code.tsx'
import { Skeleton, SkeletonLines } from '~/kit/skeleton.tsx'
import { Timeline } from '~/kit/timeline.tsx'
import { Countdown, DateTime, RelativeTime } from '~/kit/times.tsx'
import { Row } from '~/kit-page/basics.tsx'
import { useWords } from '~/words/words.ts'

const DAY_MS = 86_400_000
const START_MS = Date.now()
const at = (days: number) => new Date(START_MS - days * DAY_MS).toISOString()
const UNTIL = new Date(START_MS + 14 * 60_000).toISOString()

/** Amounts, times, charts and codes. */
export function Figures() {
  const say = useWords('kit-page')
  return (
    <div className="grid gap-6">
      <Card title={say('amounts')}>
        <div className="grid gap-3">
          <Credits amount={128_050} className="text-great font-semibold" />
          <Row>
            <Credits amount={1280} />
            <Credits signed amount={1600} />
            <Credits signed amount={-30} />
            <Credits amount={0} />
            <Money amount={6800} currency="CNY" />
            <Money amount={-123_456} currency="USD" />
            <Money amount={500} currency="JPY" />
          </Row>
          <Row>
            <RelativeTime at={at(0.002)} />
            <RelativeTime at={at(2)} />
            <DateTime at={at(40)} />
            <DateTime at={at(40)} only="date" />
            <Countdown until={UNTIL} />
          </Row>
        </div>
      </Card>
      <Charts />
      <Card title={say('qr')}>
        <Row>
          <div className="w-48">
            <QrCode text="weixin://wxpay/bizpayurl?pr=BxYZ0000" label={say('qr.label')} />
          </div>
          <div className="w-48">
            <QrCode expired text="weixin://wxpay/bizpayurl?pr=BxYZ0000" label={say('qr.label')} />
          </div>
        </Row>
      </Card>
      <Card title={say('timeline')}>
        <Timeline
          items={[
            {
              ...{ id: '1', at: at(0.01), title: say('lines.top_up'), icon: 'check', tone: 'good' },
              aside: <Credits signed amount={1600} />,
            },
            { id: '2', at: at(0.02), title: say('lines.picture'), more: say('fields.hint') },
            { id: '3', at: at(1), title: say('lines.long'), icon: 'warning', tone: 'warn' },
          ]}
        />
      </Card>
      <Card title={say('json')}>
        <JsonView
          label={say('json')}
          value={{ code: 'SUCCESS', amount: { total: 6800 }, ok: true }}
        />
      </Card>
      <Card title={say('skeletons')}>
        <div className="grid gap-4">
          <Skeleton className="h-10 w-48" />
          <SkeletonLines />
        </div>
      </Card>
      <Card title={say('icons')}>
        <div className="flex flex-wrap items-center gap-4">
          <Mark className="size-12 text-bronze" />
          {ICONS.map((name) => (
            <Icon key={name} name={name} className="size-6" />
          ))}
        </div>
      </Card>
    </div>
  )
}

const DAYS = 14
const WAVE = [12, 30, 24, 8, 0, 44, 62, 31, 20, 18, 52, 40, 9, 26]

function Charts() {
  const say = useWords('kit-page')
  const format = useFormat()
  const bars: readonly Bar[] = Array.from({ length: DAYS }, (_, nth) => ({
    id: String(nth),
    label: format.day(at(DAYS - nth).slice(0, 'YYYY-MM-DD'.length)),
    values: { picture: (WAVE[nth] ?? 0) * 30, video: ((WAVE[DAYS - 1 - nth] ?? 0) * 12) % 700 },
  }))
  return (
    <Card title={say('charts')}>
      <div className="grid gap-8">
        <BarChart
          title={say('charts.bars')}
          bars={bars}
          series={[
            { id: 'picture', label: say('lines.picture') },
            { id: 'video', label: say('lines.video') },
          ]}
          format={format.number}
          short={format.compact}
        />
        <StackedBar
          title={say('charts.parts')}
          format={format.number}
          parts={[
            { id: 'a', label: say('fields.option.a'), value: 1600 },
            { id: 'b', label: say('fields.option.b'), value: 300 },
            { id: 'c', label: say('fields.option.c'), value: 120 },
          ]}
        />
      </div>
    </Card>
  )
}
