import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react'
import { rising, sideBySide } from '~/kit/scales.ts'
import { useWords } from '~/words/words.ts'

interface Series {
  readonly id: string
  readonly label: string
}

export interface Bar {
  readonly id: string
  readonly label: string
  /** By the id of the series; what is missing is nothing. */
  readonly values: Readonly<Record<string, number>>
}

interface Props {
  readonly title: string
  readonly series: readonly Series[]
  readonly bars: readonly Bar[]
  readonly format: (value: number) => string
  /** For the axis, where there is little room. */
  readonly short?: (value: number) => string
}

/** Six at most: the rest belongs together under "others". */
const FILLS = [
  'fill-series-1',
  'fill-series-2',
  'fill-series-3',
  'fill-series-4',
  'fill-series-5',
  'fill-series-6',
] as const
const SWATCHES = [
  'bg-series-1',
  'bg-series-2',
  'bg-series-3',
  'bg-series-4',
  'bg-series-5',
  'bg-series-6',
] as const

const HIGH = 220
/** Until it is known how much room there is. */
const WIDE = 640
const LABEL_WIDE = 76
const EDGE = { left: 48, right: 4, top: 10, bottom: 24 }
const TICKS = 4

const sumOf = (bar: Bar, series: readonly Series[]): number =>
  series.reduce((sum, { id }) => sum + (bar.values[id] ?? 0), 0)

/** Bars by day or month, stacked where there are several series; the same as a table below. */
export function BarChart(props: Props) {
  const say = useWords('kit')
  const { bars, series } = props
  if (bars.some((bar) => sumOf(bar, series) > 0)) return <Bars {...props} />
  return <p className="py-8 text-center text-small text-soft">{say('chart.nothing')}</p>
}

function Bars({ title, series, bars, format, short = format }: Props) {
  const { ref, wide } = useWidth()
  const x = sideBySide(bars.length, [EDGE.left, wide - EDGE.right], 0.28)
  const top = Math.max(1, ...bars.map((bar) => sumOf(bar, series)))
  const y = rising(top, [HIGH - EDGE.bottom, EDGE.top], TICKS)
  const every = Math.max(1, Math.ceil((bars.length * LABEL_WIDE) / (wide - EDGE.left)))
  return (
    <Figure title={title} series={series} bars={bars} format={format}>
      <svg ref={ref} viewBox={`0 0 ${wide} ${HIGH}`} aria-hidden="true" className="block w-full">
        {y.ticks.map((tick) => (
          <g key={tick}>
            <line
              x1={EDGE.left}
              x2={wide - EDGE.right}
              y1={y.at(tick)}
              y2={y.at(tick)}
              className="stroke-line"
            />
            <text
              x={EDGE.left - 8}
              y={y.at(tick)}
              dy="0.32em"
              textAnchor="end"
              className="tabular fill-soft text-[12px]"
            >
              {short(tick)}
            </text>
          </g>
        ))}
        {bars.map((bar, nth) => (
          <g key={bar.id}>
            <title>{`${bar.label}: ${format(sumOf(bar, series))}`}</title>
            <Stack bar={bar} series={series} x={x.at(nth)} wide={x.wide} y={y.at} />
            {nth % every === 0 && (
              <text
                x={x.at(nth) + x.wide / 2}
                y={HIGH - 6}
                textAnchor="middle"
                className="fill-soft text-[12px]"
              >
                {bar.label}
              </text>
            )}
          </g>
        ))}
      </svg>
    </Figure>
  )
}

/** Drawn as wide as it is shown: scaled down, its words could not be read on a phone. */
function useWidth(): { readonly ref: RefObject<SVGSVGElement | null>; readonly wide: number } {
  const ref = useRef<SVGSVGElement>(null)
  const [wide, setWide] = useState(WIDE)
  useEffect(() => {
    if (!ref.current) return
    const observer = new ResizeObserver(([entry]) =>
      setWide(Math.max(WIDE / 3, Math.round(entry?.contentRect.width ?? WIDE))),
    )
    observer.observe(ref.current)
    return () => observer.disconnect()
  }, [])
  return { ref, wide }
}

interface StackProps {
  readonly bar: Bar
  readonly series: readonly Series[]
  readonly x: number
  readonly wide: number
  readonly y: (value: number) => number
}

function Stack({ bar, series, x, wide, y }: StackProps) {
  let below = 0
  return series.map(({ id }, nth) => {
    const value = bar.values[id] ?? 0
    const [from, to] = [below, below + value]
    below = to
    if (value === 0) return null
    return (
      <rect
        key={id}
        x={x}
        width={wide}
        y={y(to)}
        height={Math.max(1, y(from) - y(to) - (nth > 0 ? 1 : 0))}
        rx={2}
        className={FILLS[nth % FILLS.length]}
      />
    )
  })
}

interface PartsProps {
  readonly title: string
  readonly parts: readonly { readonly id: string; readonly label: string; readonly value: number }[]
  readonly format: (value: number) => string
}

/** A whole and its parts in one line: where credits come from. */
export function StackedBar({ title, parts, format }: PartsProps) {
  const whole = parts.reduce((sum, { value }) => sum + value, 0)
  return (
    <figure aria-label={title}>
      <svg
        viewBox="0 0 1000 14"
        preserveAspectRatio="none"
        aria-hidden="true"
        className="block h-3.5 w-full overflow-hidden rounded-full bg-sunken"
      >
        {parts.map((part, nth) => {
          const before = parts.slice(0, nth).reduce((sum, { value }) => sum + value, 0)
          const [from, to] = [before, before + part.value].map((sum) => (sum / (whole || 1)) * 1000)
          const gap = nth > 0 ? 4 : 0
          return (
            <rect
              key={part.id}
              x={(from ?? 0) + gap}
              width={Math.max(0, (to ?? 0) - (from ?? 0) - gap)}
              height="14"
              className={FILLS[nth % FILLS.length]}
            />
          )
        })}
      </svg>
      <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1.5 text-small">
        {parts.map((part, nth) => (
          <li key={part.id} className="flex items-center gap-2">
            <Swatch nth={nth} />
            <span className="text-soft">{part.label}</span>
            <span className="tabular">{format(part.value)}</span>
          </li>
        ))}
      </ul>
    </figure>
  )
}

const Swatch = ({ nth }: { readonly nth: number }) => (
  <span
    aria-hidden="true"
    className={`size-3 shrink-0 rounded-[3px] ${SWATCHES[nth % SWATCHES.length]}`}
  />
)

function Figure({
  title,
  series,
  bars,
  format,
  children,
}: Props & { readonly children: ReactNode }) {
  const say = useWords('kit')
  const id = useId()
  return (
    <figure aria-labelledby={id}>
      <figcaption id={id} className="sr-only">
        {title}
      </figcaption>
      {children}
      {series.length > 1 && (
        <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-small text-soft">
          {series.map(({ id: one, label }, nth) => (
            <li key={one} className="flex items-center gap-2">
              <Swatch nth={nth} />
              {label}
            </li>
          ))}
        </ul>
      )}
      <details className="mt-2 text-small">
        <summary className="inline-block rounded-[6px] text-soft underline decoration-line underline-offset-4 hover:text-ink">
          {say('chart.as_table')}
        </summary>
        <div className="mt-2 max-h-72 overflow-auto">
          <table className="w-full">
            <caption className="sr-only">{title}</caption>
            <thead>
              <tr className="text-soft">
                <th scope="col" className="py-1 pr-3 text-left font-normal">
                  {say('chart.when')}
                </th>
                {series.map(({ id: one, label }) => (
                  <th key={one} scope="col" className="py-1 pl-3 text-right font-normal">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {bars.map((bar) => (
                <tr key={bar.id} className="border-t border-line">
                  <th scope="row" className="py-1 pr-3 text-left font-normal whitespace-nowrap">
                    {bar.label}
                  </th>
                  {series.map(({ id: one }) => (
                    <td key={one} className="tabular py-1 pl-3 text-right">
                      {format(bar.values[one] ?? 0)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}
