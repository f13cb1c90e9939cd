import type { Entry } from '~/portal/answers.ts'
import { useNames } from '~/portal/names.ts'

/** What an entry was about, in the best words there are for it. */
export function useEntryTitle(): (entry: Entry) => string {
  const { kind, source } = useNames()
  const untitled = ({ description, action, kind: code }: Entry) =>
    description ?? action ?? kind(code)
  return (entry) => {
    const { source: came, description } = entry
    if (entry.kind === 'clawback' || came === null) return untitled(entry)
    // The books hold a product's name in one language for ever; what it gave says as much in each.
    if (came === 'signup' || entry.reference?.type === 'order') return source(came)
    if (came === 'purchase' || came === 'bonus')
      return [source(came), description].filter((one) => one !== null).join(' · ')
    return untitled(entry)
  }
}
