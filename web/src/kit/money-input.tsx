import { type ReactNode, useState } from 'react'
import { Input } from '~/kit/field.tsx'
import { decimalText, digitsOf, minorOf } from '~/kit/minor.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly aside?: ReactNode
  readonly currency: string
  /** In minor units. */
  readonly amount: number
  /** Hears 0, which no price may be, while what is typed is no amount; then the form around it cannot be sent. */
  readonly onAmount: (amount: number) => void
  /** In minor units. */
  readonly min?: number
}

/** Money as people write it, `9.90`, and never how many of the smallest coin. */
export function MoneyInput({ currency, amount, onAmount, min = 1, ...field }: Props) {
  const digits = digitsOf(currency)
  // Nothing yet, where nothing is no answer: the place is left free for whoever writes there.
  const shown = amount === 0 && min > 0 ? '' : decimalText(amount, digits)
  const [typed, setTyped] = useState({ text: shown, amount, currency })
  // An amount that came from elsewhere is not what was typed; nor is the same number of another currency.
  const isTyped = typed.amount === amount && typed.currency === currency
  const text = isTyped ? typed.text : shown
  const fault = useFault(text, currency, min)
  return (
    <Input
      {...field}
      figures
      required
      inputMode={digits === 0 ? 'numeric' : 'decimal'}
      autoComplete="off"
      ref={(input) => input?.setCustomValidity(fault ?? '')}
      value={text}
      fault={text === '' ? undefined : fault}
      onChange={({ target: { value } }) => {
        // What began as an amount and is none any more was meant by nobody: nothing of it is kept.
        const next = minorOf(value, digits) ?? (min > 0 ? 0 : amount)
        setTyped({ text: value, amount: next, currency })
        onAmount(next)
      }}
    />
  )
}

const DIGITS_MAX = 9

function useFault(text: string, currency: string, min: number): string | undefined {
  const say = useWords('kit')
  const digits = digitsOf(currency)
  const minor = minorOf(text, digits)
  if (minor !== undefined)
    return minor < min ? say('money.low', { least: decimalText(min, digits) }) : undefined
  return minorOf(text, DIGITS_MAX) === undefined
    ? say('money.bent', { example: digits === 0 ? '1250' : `12.${'5'.padEnd(digits, '0')}` })
    : say('money.decimals', { currency, digits })
}
