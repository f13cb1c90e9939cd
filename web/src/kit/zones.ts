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

/** The beginning of a day, YYYY-MM-DD, or of one so many days later, by the clock of a place. */
export function startOfDay(day: string, later: number, zone: string | undefined): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const wanted = Date.UTC(year, month - 1, date + later)
  const clock = clockOf(zone)
  // What the clock is ahead by changes within the year: it is asked where the first guess has led.
  const guess = wanted - (clock(wanted) - wanted)
  const at = wanted - (clock(guess) - guess)
  // On the day on which a clock jumps at midnight there is no midnight.
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
    const [year, month, day] = [at('year'), at('month'), at('day')]
    return Date.UTC(year, month - 1, day, at('hour'), at('minute'), at('second'))
  }
}
