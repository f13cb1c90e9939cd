import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type Balance, balanceQuery } from '~/app/queries.ts'
import { Credits } from '~/kit/amounts.tsx'
import { buttonLook } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { useFormat } from '~/kit/format.ts'
import { Icon } from '~/kit/icons.tsx'
import { Skeleton } from '~/kit/skeleton.tsx'
import { useWords } from '~/words/words.ts'

const SOON_MS = 30 * 86_400_000

export function BalanceCard() {
  const say = useWords('portal')
  const query = useQuery(balanceQuery)
  return (
    <Card>
      <DataBlock query={query} skeleton={<Waiting />}>
        {(balance) => (
          <>
            <div className="flex flex-wrap items-end justify-between gap-4">
              <div>
                <p className="text-soft">{say('home.available')}</p>
                <p className="mt-1 text-great font-semibold" data-testid="available">
                  <Credits amount={balance.available} />
                </p>
              </div>
              <Link to="/top-up" className={buttonLook({ look: 'primary' })}>
                <Icon name="plus" className="size-[1.15em]" />
                {say('nav.top_up')}
              </Link>
            </div>
            <div className="mt-6 grid gap-x-8 gap-y-4 border-t border-line pt-4 sm:grid-cols-[auto_1fr]">
              <dl className="flex gap-8">
                <Part term={say('home.held')} hint={say('home.held_hint')}>
                  <Credits amount={balance.held} />
                </Part>
                {balance.debt > 0 && (
                  <Part term={say('home.debt')} hint={say('home.debt_hint')}>
                    <Credits amount={balance.debt} />
                  </Part>
                )}
              </dl>
              <dl>
                <Part term={say('home.expiring')}>
                  <Expiring balance={balance} />
                </Part>
              </dl>
            </div>
          </>
        )}
      </DataBlock>
    </Card>
  )
}

interface PartProps {
  readonly term: string
  readonly hint?: string
  readonly children: ReactNode
}

const Part = ({ term, hint, children }: PartProps) => (
  <div title={hint}>
    <dt className="text-small text-soft">
      {term}
      {hint !== undefined && <span className="sr-only"> {hint}</span>}
    </dt>
    <dd className="mt-0.5 font-semibold">{children}</dd>
  </div>
)

function Expiring({ balance }: { readonly balance: Balance }) {
  const say = useWords('portal')
  const format = useFormat()
  const until = Date.parse(balance.as_of) + SOON_MS
  const soon = balance.expiring.filter(({ at }) => Date.parse(at) <= until)
  const [first] = soon
  if (!first) return <span className="font-normal text-soft">{say('home.expiring_none')}</span>
  return (
    <Link
      to="/credits"
      search={{ tab: 'lots' }}
      className="underline decoration-line underline-offset-4 hover:decoration-bronze"
    >
      {say('home.expiring_line', {
        amount: format.number(first.amount),
        day: format.date(first.at),
      })}
      {soon.length > 1 && (
        <span className="block text-small font-normal text-soft">
          {say('home.expiring_more', { count: soon.length - 1 })}
        </span>
      )}
    </Link>
  )
}

const Waiting = () => (
  <div>
    <div className="flex items-end justify-between gap-4">
      <div className="grid h-[4.6rem] content-between pt-1">
        <Skeleton className="h-4 w-20" />
        <Skeleton className="h-9 w-32" />
      </div>
      <Skeleton className="h-11 w-24" />
    </div>
    <div className="mt-6 grid gap-x-8 gap-y-4 border-t border-line pt-4 sm:grid-cols-[auto_1fr]">
      {['w-12', 'w-40'].map((width) => (
        <div key={width} className="grid h-[2.95rem] content-center gap-2.5">
          <Skeleton className="h-3 w-16" />
          <Skeleton className={`h-4 ${width}`} />
        </div>
      ))}
    </div>
  </div>
)
