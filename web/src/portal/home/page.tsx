import { useQuery } from '@tanstack/react-query'
import { balanceQuery } from '~/app/queries.ts'
import { useWords } from '~/words/words.ts'

export function HomePage() {
  const say = useWords('portal')
  const balance = useQuery(balanceQuery)
  return (
    <section>
      <h1 className="text-head font-semibold">{say('home.title')}</h1>
      <p className="tabular text-great">{balance.data?.available}</p>
    </section>
  )
}
