import type { Overview } from '~/console/overview/page.tsx'

const DAY_MS = 86_400_000

/** Every day of the period, also those on which nothing happened. */
export function daysOf({ from, to }: Pick<Overview, 'from' | 'to'>): string[] {
  const first = Date.parse(from)
  const count = Math.round((Date.parse(to) - first) / DAY_MS) + 1
  return Array.from({ length: count }, (_, nth) =>
    new Date(first + nth * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length),
  )
}
