import { useWords } from '~/words/words.ts'

export function OverviewPage() {
  const say = useWords('console')
  return <h1 className="text-head font-semibold">{say('overview.title')}</h1>
}
