import { Input } from '~/kit/field.tsx'
import { useWords } from '~/words/words.ts'

const DAY_MS = 86_400_000

interface Period {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** The day after: a server leaves the end out, and the last day is meant with all its hours. */
export const dayAfter = (day: string): string =>
  new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10)

interface Props {
  readonly value: Period
  readonly onChange: (changed: Period) => void
}

/** From which day, to which one; two fields for whoever lays them out. */
export function PeriodFields({ value, onChange }: Props) {
  const say = useWords('console')
  return (['from', 'to'] as const).map((name) => (
    <Input
      key={name}
      type="date"
      label={say(`period.${name}`)}
      value={value[name] ?? ''}
      min={name === 'to' ? value.from : undefined}
      max={name === 'from' ? value.to : undefined}
      onChange={({ target }) => onChange({ [name]: target.value || undefined })}
    />
  ))
}
