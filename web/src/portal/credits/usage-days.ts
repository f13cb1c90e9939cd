import type { Answer } from '@tongbao/sdk'

type Line = Answer<'get_stats'>['items'][number]

/** Colours there are; whatever else there is stands together. */
const SERIES_MAX = 5
export const OTHERS = ''

interface UsageDay {
  /** YYYY-MM-DD, of UTC as the server counts. */
  readonly day: string
  /** Charged, in the order of `series`. */
  readonly charged: readonly number[]
  readonly sum: number
  readonly refunded: number
}
export interface Usage {
  /** Actions, the most expensive first; `OTHERS` last, where there are more. */
  readonly series: readonly string[]
  readonly days: readonly UsageDay[]
  readonly most: number
}

/** Every day from the first to the last, with what each action cost on it. */
export function usageOf(lines: readonly Line[], from: string, to: string): Usage {
  const sums = new Map<string, number>()
  for (const { action, charged } of lines) sums.set(action, (sums.get(action) ?? 0) + charged)
  const byCost = [...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name)
  const named = byCost.slice(0, byCost.length > SERIES_MAX + 1 ? SERIES_MAX : SERIES_MAX + 1)
  const series = named.length < byCost.length ? [...named, OTHERS] : named
  const days = daysBetween(from, to).map((day) => {
    const ofDay = lines.filter((line) => line.day === day)
    const charged = series.map((action) =>
      sumOf(
        ofDay.filter((line) =>
          action === OTHERS ? !named.includes(line.action) : line.action === action,
        ),
        'charged',
      ),
    )
    return { day, charged, sum: sumOf(ofDay, 'charged'), refunded: sumOf(ofDay, 'refunded') }
  })
  return { series, days, most: Math.max(0, ...days.map(({ sum }) => sum)) }
}

const sumOf = (lines: readonly Line[], name: 'charged' | 'refunded'): number =>
  lines.reduce((sum, line) => sum + line[name], 0)

const DAY_MS = 86_400_000
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 'YYYY-MM-DD'.length)

function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  // `to` itself is not counted in.
  const last = dayOf(Date.parse(to) - 1)
  for (let at = Date.parse(`${from.slice(0, 10)}T00:00:00Z`); ; at += DAY_MS) {
    const day = dayOf(at)
    if (day > last) return days
    days.push(day)
  }
}

/** The first of so many days, of which today is the last; of UTC, as the server counts. */
export const usageStart = (days: number, now: number): string =>
  `${dayOf(now - (days - 1) * DAY_MS)}T00:00:00Z`
