import { useState } from 'react'
import type { Rule } from '~/console/prices/price-page.tsx'
import { wholeOf } from '~/console/products/terms.ts'
import { Button } from '~/kit/button.tsx'
import { Checkbox } from '~/kit/choice.tsx'
import { Input, Textarea } from '~/kit/field.tsx'
import { useWords } from '~/words/words.ts'

const PARTS = ['terms', 'multipliers', 'windows', 'discounts'] as const

interface Props {
  readonly rule: Rule
  readonly onChange: (rule: Rule) => void
}

/** What changes most days, the numbers, as fields; what a rule goes by, as it is kept. */
export function RuleForm({ rule, onChange }: Props) {
  const say = useWords('console')
  const numbers = PARTS.flatMap((part) => numbersOf(rule[part], [part]))
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        {(['base', 'minimum'] as const).map((name) => (
          <Input
            key={name}
            label={say(`prices.${name}`)}
            figures
            inputMode="numeric"
            value={rule[name]}
            onChange={(event) => onChange({ ...rule, [name]: wholeOf(event.target.value) })}
          />
        ))}
        {numbers.map(({ path, value, label }) => (
          <Input
            key={path.join('.')}
            label={<span className="font-mono text-small break-all">{label}</span>}
            figures
            inputMode="numeric"
            value={value}
            onChange={(event) => onChange(withNumber(rule, path, wholeOf(event.target.value)))}
          />
        ))}
      </div>
      <Checkbox
        label={say('prices.first_free')}
        checked={rule.first_free}
        onChange={(event) => onChange({ ...rule, first_free: event.target.checked })}
      />
      <Structure rule={rule} onChange={onChange} />
    </>
  )
}

interface NumberAt {
  readonly path: readonly string[]
  readonly value: number
  readonly label: string
}

/** Every number of a part of the rule, with the way to it; a part is called by its own name. */
function numbersOf(value: unknown, path: readonly string[], label = ''): NumberAt[] {
  if (typeof value === 'number') return [{ path, value, label }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => {
    const name = partName(part) ?? key
    return numbersOf(part, [...path, key], label === '' ? name : `${label}.${name}`)
  })
}

const partName = (part: unknown): string | undefined => {
  if (typeof part !== 'object' || part === null) return undefined
  const { name, plan } = part as { readonly name?: unknown; readonly plan?: unknown }
  if (typeof name === 'string') return name
  return typeof plan === 'string' ? plan : undefined
}

function withNumber<T>(value: T, path: readonly string[], number: number): T {
  const [key, ...rest] = path
  if (key === undefined) return number as T
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
  copy[key] = withNumber(copy[key], rest, number)
  return copy as T
}

/** The rule as it is kept, to be written anew: a term more, a table of its own. */
function Structure({ rule, onChange }: Props) {
  const say = useWords('console')
  const [text, setText] = useState<string>()
  const [bent, setBent] = useState(false)
  const take = () => {
    const read = ruleIn(text ?? '')
    setBent(read === undefined)
    if (read === undefined) return
    onChange({ ...rule, ...read })
    setText(undefined)
  }
  return (
    <details>
      <summary className="text-soft">{say('prices.structure')}</summary>
      <div className="mt-3 grid gap-3">
        <Textarea
          label={say('prices.structure')}
          hint={say('prices.structure_hint')}
          fault={bent ? say('prices.structure_bent') : undefined}
          rows={12}
          spellCheck={false}
          value={text ?? JSON.stringify(rule, null, 2)}
          onChange={(event) => setText(event.target.value)}
        />
        <div>
          <Button size="small" disabled={text === undefined} onClick={take}>
            {say('prices.structure_take')}
          </Button>
        </div>
      </div>
    </details>
  )
}

const ruleIn = (text: string): Partial<Rule> | undefined => {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? read : undefined
  } catch {
    return undefined
  }
}
