import type { Entry } from '~/portal/answers.ts'
import { useNames } from '~/portal/names.ts'

/** What an entry was about, in the best words there are for it. */
export function useEntryTitle(): (entry: Titled) => string {
  const { kind, source } = useNames()
  return (entry) => {
    const came = entry.source
    if (came === 'signup') return source(came)
    // What was bought and what came on top bear the name of one product.
    if (came === 'purchase' || came === 'bonus')
      return [source(came), entry.description].filter((one) => one !== null).join(' · ')
    return entry.description ?? entry.action ?? kind(entry.kind)
  }
}
type Titled = Pick<Entry, 'description' | 'action' | 'kind' | 'source'>
