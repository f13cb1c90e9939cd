import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Money } from '~/kit/amounts.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { useFormat } from '~/kit/format.ts'
import { DateTime } from '~/kit/times.tsx'
import { type Entry, holdQuery, paymentsOfOrderQuery, type Story } from '~/portal/answers.ts'
import { EntryAmount } from '~/portal/entry-amount.tsx'
import { useEntryTitle } from '~/portal/entry-title.ts'
import { useNames } from '~/portal/names.ts'
import { isFreeze, type Line } from '~/portal/refund-lines.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly story: Story
  readonly line: Line
}

/** What an entry belongs to: the refunds of a charge, the charge of a refund, its hold, the payment that bought it. */
export function Connections({ story, line }: Props) {
  const say = useWords('credits')
  const format = useFormat()
  const isCharge = story.kind === 'charge' || story.kind === 'capture'
  const back = story.refunds.reduce((sum, { amount }) => sum + amount, 0)
  const order = story.draws.find(({ order_id }) => order_id !== null)?.order_id
  const bought = story.kind === 'grant' || story.kind === 'clawback' || isFreeze(story)
  return (
    <>
      {isCharge && (
        <Part title={say('story.refunds')}>
          {story.refunds.length === 0 ? (
            <p className="text-small text-soft">{say('story.refunds_none')}</p>
          ) : (
            <>
              <Entries entries={story.refunds} />
              <p className="mt-2 text-small text-soft">
                {say('story.refunds_sum', {
                  sum: format.number(back),
                  net: format.number(-story.amount - back),
                })}
              </p>
            </>
          )}
        </Part>
      )}
      {story.charge && (
        <Part title={say('story.charge')}>
          <Entries entries={[story.charge]} />
        </Part>
      )}
      {line.parts.length > 1 && (
        <Part title={say('story.steps')}>
          <Entries entries={line.parts} />
        </Part>
      )}
      {story.reference?.type === 'hold' && !isFreeze(story) && (
        <Part title={say('story.hold')}>
          <Hold id={story.reference.id} />
        </Part>
      )}
      {bought && order !== undefined && order !== null && (
        <Part title={say('story.payment')}>
          <Payments orderId={order} />
        </Part>
      )}
    </>
  )
}

const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section>
    <h3 className="mb-2 font-semibold">{title}</h3>
    {children}
  </section>
)

const ROW = 'flex items-baseline justify-between gap-4 px-3 py-2 hover:bg-sunken'

function Entries({ entries }: { readonly entries: readonly Entry[] }) {
  const title = useEntryTitle()
  return (
    <ul className="rounded-control border border-line">
      {entries.map((entry) => (
        <li key={entry.entry_id} className="border-b border-line last:border-0">
          <Link
            from="/credits"
            search={(before) => ({ ...before, entry: entry.entry_id })}
            className={ROW}
          >
            <span className="min-w-0">
              <span className="block truncate">{title(entry)}</span>
              <span className="text-small text-soft">
                <DateTime at={entry.created_at} />
              </span>
            </span>
            <EntryAmount entry={entry} />
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Hold({ id }: { readonly id: string }) {
  const say = useWords('credits')
  const format = useFormat()
  const query = useQuery(holdQuery(id))
  return (
    <DataBlock query={query}>
      {({ state, amount, captured }) => (
        <p>
          {say(`story.hold_state.${state}`, {
            ...{ amount: format.number(amount), captured: format.number(captured) },
          })}
        </p>
      )}
    </DataBlock>
  )
}

function Payments({ orderId }: { readonly orderId: string }) {
  const say = useWords('credits')
  const { channel } = useNames()
  const query = useQuery(paymentsOfOrderQuery(orderId))
  return (
    <DataBlock query={query}>
      {({ items }) => (
        <ul className="rounded-control border border-line">
          {items
            .filter(({ paid_at }) => paid_at !== null)
            .map((payment) => (
              <li key={payment.payment_id} className="border-b border-line last:border-0">
                <Link
                  to="/billing"
                  search={{ payment: payment.payment_id }}
                  className={ROW}
                  aria-label={say('story.payment_open')}
                >
                  <span>
                    {channel(payment.pay_channel)}
                    <span className="block text-small text-soft">
                      <DateTime at={payment.paid_at ?? payment.created_at} />
                    </span>
                  </span>
                  <Money amount={payment.amount} currency={payment.currency} />
                </Link>
              </li>
            ))}
        </ul>
      )}
    </DataBlock>
  )
}
