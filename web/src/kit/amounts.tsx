import { useFormat } from '~/kit/format.ts'
import { CreditGlyph } from '~/kit/mark.tsx'
import { useWords } from '~/words/words.ts'

interface CreditsProps {
  readonly amount: number
  /** With a plus or a minus, for what came or went. */
  readonly signed?: boolean
  readonly className?: string
}

/** Credits with their glyph; who listens hears the unit. */
export function Credits({ amount, signed = false, className = '' }: CreditsProps) {
  const format = useFormat()
  const say = useWords('kit')
  const colour = signed && amount > 0 ? 'text-good' : ''
  return (
    <span className={`tabular whitespace-nowrap ${colour} ${className}`}>
      <CreditGlyph className="mr-[0.3em] size-[0.72em] align-baseline text-bronze" />
      {signed ? format.signed(amount) : format.number(amount)}
      <span className="sr-only"> {say('credits.unit')}</span>
    </span>
  )
}

interface MoneyProps {
  /** In minor units. */
  readonly amount: number
  readonly currency: string
  readonly className?: string
}

export function Money({ amount, currency, className = '' }: MoneyProps) {
  const format = useFormat()
  return (
    <span className={`tabular whitespace-nowrap ${className}`}>
      {format.money(amount, currency)}
    </span>
  )
}
