import { useState } from 'react'
import type { Proposal } from '~/console/approvals/page.tsx'
import { MessageDrawer } from '~/console/inbox/message-drawer.tsx'
import { MessageType } from '~/console/inbox/message-type.tsx'
import type { Story } from '~/console/orders/order-page.tsx'
import { TransferLeft } from '~/console/orders/statement-dialog.tsx'
import { Amount } from '~/console/parts/amount.tsx'
import { useMay } from '~/console/parts/may.ts'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Money } from '~/kit/amounts.tsx'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { DateTime, RelativeTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

/** What told of it, as it came. */
export function MessagesCard({ messages }: { readonly messages: Story['messages'] }) {
  const say = useWords('console')
  const may = useMay()
  const [open, setOpen] = useState<string>()
  return (
    <Card title={say('story.messages')} bare>
      {messages.length === 0 ? (
        <EmptyState title={say('story.no_messages')} more={say('story.no_messages_more')} />
      ) : (
        <ul>
          {messages.map((one) => (
            <li
              key={one.event_id}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-4 py-3 sm:px-6"
            >
              <span className="min-w-0 basis-full sm:flex-1 sm:basis-0">
                <MessageType message={one} />
              </span>
              <StateChip state={one.state} />
              <span className="text-small text-soft">
                <RelativeTime at={one.received_at} />
              </span>
              {may('hooks:read') && (
                <Button size="small" onClick={() => setOpen(one.event_id)}>
                  {say('inbox.raw')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {open !== undefined && <MessageDrawer id={open} onClose={() => setOpen(undefined)} />}
    </Card>
  )
}

/** What it gave, and what is left of that. */
export function LotsCard({ story: { lots, order } }: { readonly story: Story }) {
  const say = useWords('console')
  const kit = useWords('kit')
  const term = useTerm()
  if (lots.length === 0) return null
  // Money bears its sign, and test credits say what they are.
  const unitOf = (asset: string) =>
    asset === 'coin' ? say('asset.coin') : asset.endsWith('credit') ? kit('credits.unit') : ''
  return (
    <Card title={say('story.lots')} bare>
      <ul>
        {lots.map((lot) => (
          <li key={lot.lot_id} className="border-t border-line px-4 py-3 sm:px-6">
            <div className="flex items-baseline justify-between gap-3">
              <span>{term('source', lot.source)}</span>
              <span className="inline-flex flex-wrap items-baseline justify-end gap-x-1.5">
                <span className="text-small text-soft">{say('lots.remaining')}</span>
                <Amount amount={lot.remaining} asset={order.asset} />
                <span className="text-small text-soft">{unitOf(order.asset)}</span>
              </span>
            </div>
            <p className="text-small text-soft">
              {say('lots.of', { n: lot.granted })}
              {lot.expires_at !== null && (
                <>
                  {' · '}
                  {say('lots.expires')} <DateTime at={lot.expires_at} only="date" />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** Sent, as far as we know, and nobody but people can say that it arrived. */
const AT_THE_BANK: ReadonlySet<string> = new Set(['approved', 'submitted', 'unknown'])

interface RefundsProps {
  readonly story: Story
  readonly undecided: readonly Proposal[]
}

export function RefundsCard({ story: { refunds, asked }, undecided }: RefundsProps) {
  const say = useWords('console')
  const may = useMay()
  const term = useTerm()
  const [left, setLeft] = useState<Story['refunds'][number]>()
  if (refunds.length === 0) return null
  return (
    <Card title={say('refunds.title')} bare>
      <ul>
        {refunds.map((one) => {
          const ours = asked.find(({ refund_id }) => refund_id === one.refund_id)
          return (
            <li key={one.refund_id} className="border-t border-line px-4 py-3 sm:px-6">
              <div className="flex items-center justify-between gap-3">
                <StateChip state={one.state} />
                <Money amount={one.amount} currency={one.currency} />
              </div>
              <p className="mt-1 text-small text-soft">
                {term('own_reason', one.reason)}
                {ours && ours.fee > 0 && (
                  <>
                    {' · '}
                    {say('refund.fee')} <Money amount={ours.fee} currency={one.currency} />
                  </>
                )}
              </p>
              {one.channel === 'offline' &&
                AT_THE_BANK.has(one.state) &&
                undecided.every(({ payload }) => payload['refund_id'] !== one.refund_id) &&
                may('payments:offline') && (
                  <div className="mt-2 grid justify-items-start gap-2">
                    <p className="text-small">{say('statement.left_first')}</p>
                    <Button size="small" onClick={() => setLeft(one)}>
                      {say('statement.left')}
                    </Button>
                  </div>
                )}
            </li>
          )
        })}
      </ul>
      {left && <TransferLeft refund={left} onClose={() => setLeft(undefined)} />}
    </Card>
  )
}
