import { useQueryClient } from '@tanstack/react-query'
import { tell } from '~/kit/toast.tsx'
import { useWords } from '~/words/words.ts'

/** After an act by hand: says whether it happened or waits for a second person, and reads anew what it changed. */
export function useTold(onward: () => void): (answer: object, done?: string) => void {
  const say = useWords('console')
  const queries = useQueryClient()
  return (answer, done) => {
    const waits = 'proposal_id' in answer
    tell(
      waits
        ? { tone: 'note', title: say('act.waits'), more: say('act.waits_more') }
        : { title: done ?? say('act.done') },
    )
    void queries.invalidateQueries()
    onward()
  }
}
