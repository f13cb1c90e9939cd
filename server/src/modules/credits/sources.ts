/** Where credits come from; each is a book of its own. */
export const SOURCES = [
  'purchase',
  'bonus',
  'subscription',
  'month_card',
  'task',
  'referral',
  'signup',
  'promo',
  'admin',
] as const
export type Source = (typeof SOURCES)[number]

export const isSource = (unchecked: string): unchecked is Source =>
  (SOURCES as readonly string[]).includes(unchecked)

const PROMOTIONAL: ReadonlySet<Source> = new Set(['referral', 'signup', 'promo'])
const EXPIRING_PROMOTIONAL = 10
const USUAL: Readonly<Record<Source, number>> = {
  month_card: 20,
  task: 20,
  subscription: 30,
  bonus: 40,
  referral: 40,
  signup: 40,
  promo: 40,
  admin: 40,
  purchase: 50,
}

/** What burns first when nobody says otherwise: what expires, then what was given, last what was paid for. */
export const priorityOf = (source: Source, expires: boolean): number =>
  expires && PROMOTIONAL.has(source) ? EXPIRING_PROMOTIONAL : USUAL[source]
