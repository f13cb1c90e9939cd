import { useWords } from '~/words/words.ts'

export function KitPage() {
  const say = useWords('kit-page')
  return <h1 className="text-head">{say('title')}</h1>
}
