import { useWords } from '~/words/words.ts'

export function NotFound() {
  const say = useWords('kit')
  return <h1 className="text-title">{say('page.gone')}</h1>
}

export function PageFailed() {
  const say = useWords('kit')
  return <h1 className="text-title">{say('page.failed')}</h1>
}
