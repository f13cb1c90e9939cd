import { useTerm } from '~/console/parts/term.ts'
import { Select } from '~/kit/field.tsx'
import { useWords } from '~/words/words.ts'

interface Props<State extends string> {
  readonly states: readonly State[]
  /** Nothing chosen is all of them. */
  readonly value: State | undefined
  readonly onChange: (state: State | undefined) => void
}

/** Above a list: those that stand like this. */
export function StateSelect<State extends string>({ states, value, onChange }: Props<State>) {
  const say = useWords('console')
  const term = useTerm()
  return (
    <div className="mb-4 sm:max-w-xs">
      <Select
        label={say('orders.status')}
        value={value ?? ''}
        options={[
          { value: '', label: say('all') },
          ...states.map((state) => ({ value: state, label: term('state', state) })),
        ]}
        onChange={({ target }) => onChange(states.find((state) => state === target.value))}
      />
    </div>
  )
}
