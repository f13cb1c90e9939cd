import type { Entry } from '~/portal/answers.ts'
import { useNames } from '~/portal/names.ts'
import { isFreeze, type Line } from '~/portal/refund-lines.ts'
import { useWords } from '~/words/words.ts'

/** What an entry was about, in the best words there are for it. */
export function useEntryTitle(): (entry: Entry) => string {
  const say = useWords('portal')
  const { kind, source } = useNames()
  const untitled = ({ description, action, kind: code }: Entry) =>
    description ?? action ?? kind(code)
  return (entry) => {
    const { source: came, description } = entry
    if (isFreeze(entry)) return say(entry.kind === 'hold' ? 'entry.frozen' : 'entry.thawed')
    if (came === null) return untitled(entry)
    if (entry.kind === 'clawback') return [kind(entry.kind), source(came)].join(' · ')
    // The books hold a product's name in one language for ever; what it gave says as much in each.
    if (came === 'signup' || entry.reference?.type === 'order') return source(came)
    if (came === 'purchase' || came === 'bonus')
      return [source(came), description].filter((one) => one !== null).join(' · ')
    return untitled(entry)
  }
}

/** Of a line that may be a whole refund. */
export function useLineTitle(): (line: Line) => string {
  const say = useWords('portal')
  const title = useEntryTitle()
  return (line) => (line.refund === undefined ? title(line) : say(`refund.${line.refund}`))
}
