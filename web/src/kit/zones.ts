const DAY_MS = 86_400_000

/** A browser may know fewer places than the server; the browser's own clock stands in for those. */
export function zoned(
  language: string,
  options: Intl.DateTimeFormatOptions,
  zone: string | undefined,
): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(language, { ...options, timeZone: zone })
  } catch {
    return new Intl.DateTimeFormat(language, options)
  }
}

/** The place whose clock is gone by, and how far it is from UTC then. */
export function placeOf(zone: string | undefined, at: number) {
  const format = zoned('en', { timeZoneName: 'longOffset' }, zone)
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  // As people write it: UTC+8, and UTC+5:45.
  const offset = name
    .replace('GMT', 'UTC')
    .replace(/([+-])0/, '$1')
    .replace(':00', '')
    .replace(/\+0$/, '')
  return { zone: format.resolvedOptions().timeZone, offset }
}

/** The beginning of a day, YYYY-MM-DD, or of one so many days later, by the clock of a place. */
export function startOfDay(day: string, later: number, zone: string | undefined): Date {
  return whenShown(Date.parse(day) + later * DAY_MS, zone)
}

/** What a clock there shows at a moment, as the browser's own field writes it: YYYY-MM-DDTHH:MM. */
export const shownAt = (at: string, zone: string | undefined): string =>
  new Date(clockOf(zone)(Date.parse(at))).toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length)

/** The moment at which a clock there shows what such a field has. */
export const momentOf = (shown: string, zone: string | undefined): string =>
  whenShown(Date.parse(`${shown}Z`), zone).toISOString()

function whenShown(wanted: number, zone: string | undefined): Date {
  const clock = clockOf(zone)
  // What the clock is ahead by changes within the year: it is asked where the first guess has led.
  const guess = wanted - (clock(wanted) - wanted)
  const at = wanted - (clock(guess) - guess)
  // Where a clock jumps forward, it never shows what it jumps over: a day may have no midnight.
  return new Date(clock(at) < wanted ? guess : at)
}

/** What a clock there shows, as if it were one of UTC. */
function clockOf(zone: string | undefined): (ms: number) => number {
  const shown: Intl.DateTimeFormatOptions = {
    ...({ year: 'numeric', month: 'numeric', day: 'numeric' } as const),
    ...({ hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const),
  }
  const format = zoned('en', shown, zone)
  return (ms) => {
    const parts = format.formatToParts(ms)
    const at = (type: string) => Number(parts.find((part) => part.type === type)?.value)
    const time = Date.UTC(2000, 0, 1, at('hour'), at('minute'), at('second'))
    // Whoever types a year begins with one of a single digit, which `Date.UTC` takes for 19xx.
    return new Date(time).setUTCFullYear(at('year'), at('month') - 1, at('day'))
  }
}
