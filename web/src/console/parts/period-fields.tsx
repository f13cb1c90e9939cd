import { Input } from '~/kit/field.tsx'
import { startOfDay } from '~/kit/zones.ts'
import { useWords } from '~/words/words.ts'

interface Period {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** As the server takes it: moments by a clock, the last of which is not included. */
export const momentsOf = ({ from, to }: Period, zone: string | undefined) => ({
  from: from && startOfDay(from, 0, zone).toISOString(),
  to: to && startOfDay(to, 1, zone).toISOString(),
})

/** The day after: a server leaves the end out, and the last day is meant with all its hours. */
export const dayAfter = (day: string): string =>
  startOfDay(day, 1, 'UTC').toISOString().slice(0, 'YYYY-MM-DD'.length)

interface Props {
  readonly value: Period
  readonly onChange: (changed: Period) => void
  /** Of what is added up by days of UTC; other days are those of the reader's own clock. */
  readonly utc?: boolean | undefined
}

/** From which day, to which one; two fields for whoever lays them out. */
export function PeriodFields({ value, onChange, utc = false }: Props) {
  const say = useWords('console')
  return (['from', 'to'] as const).map((name) => (
    <Input
      key={name}
      type="date"
      label={say(utc ? `period.${name}_utc` : `period.${name}`)}
      value={value[name] ?? ''}
      min={name === 'to' ? value.from : undefined}
      max={name === 'from' ? value.to : undefined}
      onChange={({ target }) => onChange({ [name]: target.value || undefined })}
    />
  ))
}
