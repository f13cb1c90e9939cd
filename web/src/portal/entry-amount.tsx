import { Credits } from '~/kit/amounts.tsx'
import { useFormat } from '~/kit/format.ts'
import type { Entry } from '~/portal/answers.ts'
import { isFreeze } from '~/portal/refund-lines.ts'
import { useWords } from '~/words/words.ts'

/** What an entry changed. What only set credits aside, let them go or took them for a debt says quietly how many. */
export function EntryAmount({ entry }: { readonly entry: Entry }) {
  const say = useWords('portal')
  const format = useFormat()
  const { amount, held, repaid, kind } = entry
  if (amount !== 0) return <Credits amount={amount} signed />
  const quiet = held ?? repaid
  if (quiet === null) return <Credits amount={0} className="text-soft" />
  const freed = isFreeze(entry) ? 'freed' : 'released'
  const how = repaid !== null ? 'repaid' : kind === 'hold' ? 'held' : freed
  return (
    <span className="tabular whitespace-nowrap text-soft">
      {say(`entry.${how}`, { amount: format.number(quiet) })}
    </span>
  )
}
