import { CodeName } from '~/console/parts/code-name.tsx'
import { useTerm } from '~/console/parts/term.ts'

interface Props {
  readonly message: { readonly type: string; readonly facts: readonly string[] }
}

/** What a message tells of in our words, and what its sender calls it in theirs. */
export function MessageType({ message: { type, facts } }: Props) {
  const term = useTerm()
  return (
    <span className="inline-grid grid-cols-1">
      {facts.length > 0 && <span>{facts.map((fact) => term('told', fact)).join(' · ')}</span>}
      <span className="font-normal wrap-anywhere text-soft">
        <CodeName text={type} />
      </span>
    </span>
  )
}
