import { createContext, useContext } from 'react'
import { digitsOf, markOf } from '~/kit/minor.ts'
import { zoned } from '~/kit/zones.ts'
import { type Language, useLanguage } from '~/words/words.ts'

const SECOND_MS = 1_000
const UNITS = [
  ['day', 86_400 * SECOND_MS],
  ['hour', 3_600 * SECOND_MS],
  ['minute', 60 * SECOND_MS],
  ['second', SECOND_MS],
] as const
const RELATIVE_MS_MAX = 7 * 86_400 * SECOND_MS

export interface Format {
  /** With a true minus. */
  readonly number: (value: number) => string
  /** With its sign always, and a true minus. */
  readonly signed: (value: number) => string
  /** Short, for axes alone: 1.2 万, 12K. */
  readonly compact: (value: number) => string
  readonly percent: (value: number) => string
  /** From minor units: `money(1234, 'CNY')` is ¥12.34. */
  readonly money: (minor: number, currency: string) => string
  readonly date: (at: string | number | Date) => string
  /** Of a calendar, YYYY-MM-DD: no clock of anybody moves it. */
  readonly day: (day: string) => string
  readonly time: (at: string | number | Date) => string
  readonly dateTime: (at: string | number | Date) => string
  /** With the zone of the clock it is told by. */
  readonly moment: (at: string | number | Date) => string
  /** "3 minutes ago"; after a week the date. */
  readonly relative: (at: string | number | Date, nowMs: number) => string
}

/** By whose clock the times of a page go: a zone like Europe/Berlin, and the browser's own where none is said. */
export const TimeZone = createContext<string | undefined>(undefined)

/** Made when it is first asked for: each of the ten costs a phone milliseconds, and few pages need them all. */
function later<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** How numbers, money and times are written in a language, by the clock of a place. */
function formatIn(language: Language, timeZone: string | undefined): Format {
  const numbers = (options?: Intl.NumberFormatOptions) =>
    later(() => new Intl.NumberFormat(language, options))
  const times = (options: Intl.DateTimeFormatOptions) => {
    const format = later(() => zoned(language, options, timeZone))
    return (at: string | number | Date) => format().format(new Date(at))
  }
  const number = numbers()
  const signed = numbers({ signDisplay: 'exceptZero' })
  const compact = numbers({ notation: 'compact', maximumFractionDigits: 1 })
  const percent = numbers({ style: 'percent', maximumFractionDigits: 1 })
  const moneys = new Map<string, Intl.NumberFormat>()
  const moneyIn = (currency: string) => {
    const known = moneys.get(currency)
    if (known) return known
    const digits = digitsOf(currency)
    const made = new Intl.NumberFormat(language, {
      ...{ style: 'currency', currency, currencyDisplay: markOf(language, currency) },
      ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
    })
    moneys.set(currency, made)
    return made
  }
  const date = times({ dateStyle: 'medium' })
  const day = later(() => zoned(language, { month: 'short', day: 'numeric' }, 'UTC'))
  const relative = later(() => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }))
  return {
    number: (value) => number().format(value).replace('-', '−'),
    signed: (value) => signed().format(value).replace('-', '−'),
    compact: (value) => compact().format(value),
    percent: (value) => percent().format(value),
    money: (minor, currency) =>
      moneyIn(currency)
        .format(minor / 10 ** digitsOf(currency))
        .replace('-', '−'),
    date,
    day: (written) => day().format(new Date(written)),
    time: times({ timeStyle: 'short' }),
    dateTime: times({ dateStyle: 'medium', timeStyle: 'medium' }),
    moment: times({ dateStyle: 'medium', timeStyle: 'long' }),
    relative: (at, nowMs) => {
      const ms = new Date(at).getTime() - nowMs
      if (Math.abs(ms) > RELATIVE_MS_MAX) return date(at)
      const [unit, size] = UNITS.find(([, size]) => Math.abs(ms) >= size) ?? UNITS[3]
      return relative().format(Math.trunc(ms / size), unit)
    },
  }
}

/** Each is made once: a page asks for it at every amount. */
const made = new Map<string, Format>()

export function useFormat(): Format {
  const language = useLanguage()
  const zone = useContext(TimeZone)
  const name = `${language} ${zone}`
  const format = made.get(name) ?? formatIn(language, zone)
  made.set(name, format)
  return format
}
