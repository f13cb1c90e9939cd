import { startOfDay } from '../../kit/zones.ts'

const CREDIT_TABS = ['lots', 'history', 'usage'] as const
type CreditTab = (typeof CREDIT_TABS)[number]
export const USAGE_DAYS = ['7', '30', '90'] as const
type UsageRange = (typeof USAGE_DAYS)[number]

/** What the page shows, as its address says it. */
export interface CreditsSearch {
  readonly tab?: CreditTab | undefined
  readonly kind?: string | undefined
  readonly action?: string | undefined
  /** Days, YYYY-MM-DD, of the reader’s own clock; both are included. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** The entry whose story is open. */
  readonly entry?: string | undefined
  readonly days?: UsageRange | undefined
}

const oneOf = <T extends string>(known: readonly T[], value: unknown): T | undefined =>
  known.find((one) => one === String(value))
const fitting = (shape: RegExp, value: unknown): string | undefined =>
  typeof value === 'string' && shape.test(value) ? value : undefined
const dayIn = (value: unknown): string | undefined => {
  const day = fitting(/^\d{4}-\d\d-\d\d$/, value)
  return day !== undefined && Number.isFinite(Date.parse(day)) ? day : undefined
}

/** Whatever does not fit was typed or cut off on the way: it is left out. */
export const readCreditsSearch = (search: Readonly<Record<string, unknown>>): CreditsSearch => ({
  tab: oneOf(CREDIT_TABS, search['tab']),
  kind: fitting(/^[a-z]{1,20}$/, search['kind']),
  action: fitting(/^[a-z][a-z0-9_.]{0,63}$/, search['action']),
  from: dayIn(search['from']),
  to: dayIn(search['to']),
  entry: fitting(/^[a-z]{3}_[0-9a-z]{26}$/, search['entry']),
  days: oneOf(USAGE_DAYS, search['days']),
})

/** As the server takes it: moments by the clock of the reader's place, the last of which is not included. */
export const filterOf = ({ kind, action, from, to }: CreditsSearch, zone: string | undefined) => ({
  ...(kind !== undefined && { kind }),
  ...(action !== undefined && { action }),
  ...(from !== undefined && { from: startOfDay(from, 0, zone).toISOString() }),
  ...(to !== undefined && { to: startOfDay(to, 1, zone).toISOString() }),
})
