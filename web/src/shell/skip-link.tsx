import { useWords } from '~/words/words.ts'

export const MAIN = 'main'

/** The first thing the keys reach: past the navigation. */
export function SkipLink() {
  const say = useWords('shell')
  return (
    <a
      href={`#${MAIN}`}
      className="fixed top-2 left-2 z-60 -translate-y-20 rounded-control bg-ink px-4 py-2 text-paper focus:translate-y-0"
    >
      {say('skip')}
    </a>
  )
}
