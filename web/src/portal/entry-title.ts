import type { Entry } from '~/portal/answers.ts'
import { useNames } from '~/portal/names.ts'

/** What an entry was about, in the best words there are for it. */
export function useEntryTitle(): (entry: Pick<Entry, 'description' | 'action' | 'kind'>) => string {
  const { kind } = useNames()
  return (entry) => entry.description ?? entry.action ?? kind(entry.kind)
}
