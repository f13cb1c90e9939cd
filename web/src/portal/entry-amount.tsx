import { Credits } from '~/kit/amounts.tsx'
import { useFormat } from '~/kit/format.ts'
import type { Entry } from '~/portal/answers.ts'
import { useWords } from '~/words/words.ts'

/** What an entry changed. What only set credits aside, or let them go, says quietly how many. */
export function EntryAmount({ entry }: { readonly entry: Entry }) {
  const say = useWords('portal')
  const format = useFormat()
  const { amount, held, kind } = entry
  if (amount !== 0) return <Credits amount={amount} signed />
  if (held === null) return <Credits amount={0} className="text-soft" />
  return (
    <span className="tabular whitespace-nowrap text-soft">
      {say(kind === 'hold' ? 'entry.held' : 'entry.released', { amount: format.number(held) })}
    </span>
  )
}
