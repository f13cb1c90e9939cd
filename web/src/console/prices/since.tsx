import { DateTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

/** What an installation brings along holds from the beginning of time, which is no date to anybody. */
export function Since({ at }: { readonly at: string }) {
  const say = useWords('console')
  return Date.parse(at) > 0 ? <DateTime at={at} /> : say('prices.always')
}
