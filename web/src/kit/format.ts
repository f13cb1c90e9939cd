import { createContext, useContext } from 'react'
import { knownZone } from '~/kit/zones.ts'
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
  readonly number: (value: number) => string
  /** With its sign always, and a true minus. */
  readonly signed: (value: number) => string
  /** Short, for axes alone: 1.2 万, 12K. */
  readonly compact: (value: number) => string
  readonly percent: (value: number) => string
  /** From minor units: `money(1234, 'CNY')` is ¥12.34. */
  readonly money: (minor: number, currency: string) => string
  readonly date: (at: string | number | Date) => string
  readonly day: (at: string | number | Date) => string
  readonly time: (at: string | number | Date) => string
  readonly dateTime: (at: string | number | Date) => string
  /** "3 minutes ago"; after a week the date. */
  readonly relative: (at: string | number | Date, nowMs: number) => string
}

/** By whose clock the times of a page go: a zone like Europe/Berlin, and the browser's own where none is said. */
export const TimeZone = createContext<string | undefined>(undefined)

/** How numbers, money and times are written in a language, by the clock of a place. */
function formatIn(language: Language, wanted: string | undefined): Format {
  const timeZone = knownZone(wanted)
  const number = new Intl.NumberFormat(language)
  const signed = new Intl.NumberFormat(language, { signDisplay: 'exceptZero' })
  const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  const moneys = new Map<string, Intl.NumberFormat>()
  const moneyIn = (currency: string) => {
    const known = moneys.get(currency)
    if (known) return known
    const made = new Intl.NumberFormat(language, {
      ...{ style: 'currency', currency, currencyDisplay: 'narrowSymbol' },
    })
    moneys.set(currency, made)
    return made
  }
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone })
  const day = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone })
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone })
  const dateTime = new Intl.DateTimeFormat(language, {
    ...{ dateStyle: 'medium', timeStyle: 'medium', timeZone },
  })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const asDate = (at: string | number | Date) => new Date(at)
  return {
    number: number.format,
    signed: (value) => signed.format(value).replace('-', '−'),
    compact: compact.format,
    percent: percent.format,
    money: (minor, currency) => {
      const format = moneyIn(currency)
      const digits = format.resolvedOptions().maximumFractionDigits ?? 2
      return format.format(minor / 10 ** digits).replace('-', '−')
    },
    date: (at) => date.format(asDate(at)),
    day: (at) => day.format(asDate(at)),
    time: (at) => time.format(asDate(at)),
    dateTime: (at) => dateTime.format(asDate(at)),
    relative: (at, nowMs) => {
      const ms = asDate(at).getTime() - nowMs
      if (Math.abs(ms) > RELATIVE_MS_MAX) return date.format(asDate(at))
      const [unit, size] = UNITS.find(([, size]) => Math.abs(ms) >= size) ?? UNITS[3]
      return relative.format(Math.trunc(ms / size), unit)
    },
  }
}

/** Each is made once: its nine parts take the browser milliseconds, and a page asks for it at every amount. */
const made = new Map<string, Format>()

export function useFormat(): Format {
  const language = useLanguage()
  const zone = useContext(TimeZone)
  const name = `${language} ${zone}`
  const format = made.get(name) ?? formatIn(language, zone)
  made.set(name, format)
  return format
}
