import type { Answer } from '@tongbao/sdk'
import type { Format } from '~/kit/format.ts'
import type { Say } from '~/words/words.ts'

type Rule = Answer<'list_price_versions'>['items'][number]['rule']
type Ratio = Rule['discounts'][number]['ratio']
type Window = Rule['windows'][number]

interface Row {
  /** As the rule calls it: a parameter of the app, a plan. */
  readonly name: string
  readonly text: string
}

export interface RuleRows {
  readonly terms: readonly Row[]
  readonly multipliers: readonly Row[]
  readonly windows: readonly Row[]
  readonly discounts: readonly Row[]
}

interface Reader extends Pick<Format, 'number' | 'dateTime'> {
  readonly say: Say<'console'>
}

/** What a rule goes by, a line for each of its parts, for who reads it and does not write it. */
export function rowsOf(rule: Rule, reader: Reader): RuleRows {
  const { say, number } = reader
  const byText = (parameter: string, values: readonly (readonly [string, string])[]) =>
    say('prices.by_text', {
      parameter,
      values: values.map(([name, value]) => `${name} ${value}`).join(' · '),
    })
  return {
    terms: rule.terms.map((term) => {
      const { name, parameter } = term
      const text =
        term.kind === 'per_unit'
          ? say('prices.per_unit', { parameter, n: term.credits, size: term.unit_size })
          : byText(
              parameter,
              Object.entries(term.credits).map(([one, n]) => [one, `+${number(n)}`]),
            )
      return { name, text: withDefault(text, term.default, say) }
    }),
    multipliers: rule.multipliers.map((one) => {
      const { name, parameter } = one
      const text =
        one.kind === 'by_number'
          ? say('prices.by_number', { parameter })
          : byText(
              parameter,
              Object.entries(one.ratios).map(([word, ratio]) => [word, timesOf(ratio)]),
            )
      return { name, text: withDefault(text, one.default, say) }
    }),
    windows: rule.windows.map((one) => ({ name: one.name, text: windowText(one, reader) })),
    discounts: rule.discounts.map(({ plan, ratio }) => ({ name: plan, text: timesOf(ratio) })),
  }
}

const withDefault = (text: string, value: string | number | undefined, say: Say<'console'>) =>
  value === undefined ? text : `${text} · ${say('prices.default', { value })}`

/** As it is kept: four fifths are 4/5, for not every one of them has an end as a decimal. */
const timesOf = ({ numerator, denominator }: Ratio): string =>
  denominator === 1 ? `×${numerator}` : `×${numerator}/${denominator}`

function windowText({ ratio, hours, from, to }: Window, { say, dateTime }: Reader): string {
  return [
    timesOf(ratio),
    ...(hours
      ? [
          say('prices.hours', {
            ...{ from: hours.from, to: hours.to, offset: offsetOf(hours.utc_offset_minutes) },
          }),
        ]
      : []),
    ...(from === undefined ? [] : [say('prices.since', { at: dateTime(from) })]),
    ...(to === undefined ? [] : [say('prices.until', { at: dateTime(to) })]),
  ].join(' · ')
}

const HOUR_MINUTES = 60

/** As people write it: UTC+8, and UTC+5:45. */
function offsetOf(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const far = Math.abs(minutes)
  const rest = far % HOUR_MINUTES
  const hours = String((far - rest) / HOUR_MINUTES)
  const clock = rest === 0 ? hours : `${hours}:${String(rest).padStart(2, '0')}`
  return `UTC${minutes < 0 ? '−' : '+'}${clock}`
}
