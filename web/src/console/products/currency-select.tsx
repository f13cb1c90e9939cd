import { Select } from '~/kit/field.tsx'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly value: string
  readonly among: readonly string[]
  readonly onChange: (currency: string) => void
}

/** Chosen, never typed: half a code is no currency, and its amount none either. */
export function CurrencySelect({ value, among, onChange }: Props) {
  const say = useWords('console')
  const codes = among.includes(value) ? among : [value, ...among]
  return (
    <Select
      label={say('products.currency')}
      value={value}
      options={codes.map((code) => ({ value: code, label: code }))}
      onChange={({ target }) => onChange(target.value)}
    />
  )
}
