import { useQueryClient } from '@tanstack/react-query'
import { tell } from '~/kit/toast.tsx'
import { useWords } from '~/words/words.ts'

/**
 * After an act by hand: says whether it happened or waits for a second person, and reads anew what it changed.
 * `what` was to happen, and to whom, as the page may be another one by the time it is read.
 */
export function useTold(onward: () => void): (answer: object, what: string) => void {
  const say = useWords('console')
  const queries = useQueryClient()
  return (answer, what) => {
    const waits = 'proposal_id' in answer
    tell(
      waits
        ? { tone: 'note', title: say('act.waits'), more: say('act.waits_for', { what }) }
        : { title: say('act.done'), more: what },
    )
    void queries.invalidateQueries()
    onward()
  }
}

/** What an owner is called on a page. */
export const calledOf = (owner: {
  readonly owner: string
  readonly name: string | null
  readonly external_id: string | null
}): string => owner.name ?? owner.external_id ?? owner.owner
