import { useWords } from '~/words/words.ts'

const NAMED = ['base', 'minimum', 'first_free'] as const

/** What every rule has is called as in the form; what one is made of has names of its own. */
export function useRuleName(): (path: string) => string | undefined {
  const say = useWords('console')
  return (path) => {
    const named = NAMED.find((name) => name === path)
    return named === undefined ? undefined : say(`prices.${named}`)
  }
}
