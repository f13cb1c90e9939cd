import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { balanceQuery } from '~/app/queries.ts'
import { Credits, Money } from '~/kit/amounts.tsx'
import type { Quote } from '~/portal/answers.ts'
import { useWords } from '~/words/words.ts'

const BONUSES = ['flat', 'tier', 'first_purchase', 'vip'] as const

interface Props {
  readonly quote: Quote
  /** Of what was chosen before: the new one is on its way. */
  readonly isOld: boolean
}

/** What this person pays and gets, line by line, as the server has said it. */
export function QuoteLines({ quote, isOld }: Props) {
  const say = useWords('top-up')
  const { data: balance } = useQuery(balanceQuery)
  const named = (kind: string) => {
    const known = BONUSES.find((one) => one === kind)
    return known ? say(`quote.bonus.${known}`) : say('quote.bonus.other', { kind })
  }
  const { total_credits: total } = quote
  return (
    <dl className={`grid gap-2 ${isOld ? 'opacity-50' : ''}`} aria-busy={isOld || undefined}>
      <Line term={say('quote.base')}>
        <Credits amount={quote.credits} />
      </Line>
      {quote.bonuses.map(({ kind, credits }) => (
        <Line key={kind} term={named(kind)}>
          <Credits amount={credits} signed />
        </Line>
      ))}
      <Line term={say('quote.total')} strong>
        <Credits amount={total} />
      </Line>
      {balance && (
        <Line term={say('quote.after')}>
          <Credits amount={Math.max(0, balance.available + total - balance.debt)} />
        </Line>
      )}
      <Line term={say('quote.price')} strong last>
        <Money amount={quote.amount} currency={quote.currency} className="text-title" />
      </Line>
    </dl>
  )
}

interface LineProps {
  readonly term: string
  readonly strong?: boolean
  /** What it comes to, under a line. */
  readonly last?: boolean
  readonly children: ReactNode
}

const Line = ({ term, strong = false, last = false, children }: LineProps) => (
  <div
    className={`flex items-baseline justify-between gap-4 ${last ? 'mt-2 border-t border-line pt-3' : ''}`}
  >
    <dt className={strong ? 'font-semibold' : 'text-soft'}>{term}</dt>
    <dd className={strong ? 'font-semibold' : ''}>{children}</dd>
  </div>
)
