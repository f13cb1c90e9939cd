import { Input } from '~/kit/field.tsx'
import { useWords } from '~/words/words.ts'

const WHOLE = /^[1-9]\d{0,14}$/
export const isWhole = (text: string): boolean => WHOLE.test(text)

interface Props {
  readonly value: string
  readonly onChange: (text: string) => void
  /** It was tried with something lacking. */
  readonly asked: boolean
  /** What is wrong with a whole amount. */
  readonly fault: string | undefined
}

/** How much is given or taken by hand, in whole units. */
export function AmountField({ value, onChange, asked, fault }: Props) {
  const say = useWords('console')
  return (
    <Input
      label={say('grant.amount')}
      inputMode="numeric"
      figures
      value={value}
      fault={(asked || value !== '') && !isWhole(value) ? say('amount.whole') : fault}
      onChange={(event) => onChange(event.target.value.trim())}
    />
  )
}
