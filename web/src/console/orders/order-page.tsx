import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { UndecidedCard, useUndecided } from '~/console/approvals/undecided-card.tsx'
import { happeningsOf } from '~/console/orders/happenings.tsx'
import { LotsCard, MessagesCard, RefundsCard } from '~/console/orders/order-cards.tsx'
import { RefundDialog } from '~/console/orders/refund-dialog.tsx'
import { TransferCame } from '~/console/orders/statement-dialog.tsx'
import { Amount, ModeChip } from '~/console/parts/amount.tsx'
import { useChannel } from '~/console/parts/channel.ts'
import { linkLook, OwnerLink } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { PairSkeleton } from '~/console/parts/skeletons.tsx'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Money } from '~/kit/amounts.tsx'
import { Button } from '~/kit/button.tsx'
import { Card, Facts } from '~/kit/card.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { Timeline } from '~/kit/timeline.tsx'
import { DateTime } from '~/kit/times.tsx'
import { useLanguage, useWords } from '~/words/words.ts'

export type Story = Answer<'get_order'>
const route = getRouteApi('/console/orders/$id')
const REFUNDABLE = ['paid', 'paid_late', 'partially_refunded']

export function OrderPage() {
  const say = useWords('console')
  const language = useLanguage()
  const may = useMay()
  const { id } = route.useParams()
  const [refunding, setRefunding] = useState(false)
  const [marking, setMarking] = useState(false)
  const query = useQuery({
    queryKey: ['order', id],
    queryFn: ({ signal }) => api.get('/api/v1/admin/orders/{id}', { path: { id }, signal }),
  })
  const order = query.data?.order
  const paymentId = order?.payment_id ?? undefined
  const canRefund =
    may('payments:refund') &&
    order !== undefined &&
    REFUNDABLE.includes(order.state) &&
    // What is on its way back cannot be sent once more.
    order.refunded + order.underway < order.amount
  const transfer = query.data?.attempts.find(({ channel }) => channel === 'offline')
  const ids = idsOf(query.data)
  const undecided = useUndecided(({ payload }) =>
    Object.values(payload).some((value) => ids.has(value)),
  )
  const isMarked = undecided.some(({ kind }) => kind === 'payments.offline_paid')
  const canMark = may('payments:offline') && order?.paid_at === null && !isMarked
  return (
    <>
      <PageHeader
        title={order ? order.product_name[language === 'en' ? 'en' : 'zh'] : say('orders.one')}
        above={
          <Link to="/console/orders" className={linkLook}>
            {say('orders.title')}
          </Link>
        }
        more={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {order && <StateChip state={order.state} />}
            {order && <ModeChip livemode={order.livemode} />}
            <CopyId text={id} />
          </span>
        }
        acts={
          <>
            {transfer && canMark && (
              <Button look="primary" onClick={() => setMarking(true)}>
                {say('statement.came')}
              </Button>
            )}
            {canRefund && paymentId !== undefined && (
              <Button look="primary" onClick={() => setRefunding(true)}>
                {say('refund.act')}
              </Button>
            )}
          </>
        }
      />
      <DataBlock query={query} skeleton={<PairSkeleton from="xl" />}>
        {(story) => (
          <div className="grid items-start gap-4 xl:grid-cols-[1fr_27rem]">
            <div className="grid min-w-0 gap-4">
              <StoryCard story={story} />
              <MessagesCard messages={story.messages} />
            </div>
            <div className="grid min-w-0 gap-4">
              <UndecidedCard about={undecided} />
              <OrderFacts story={story} />
              <LotsCard story={story} />
              <RefundsCard story={story} undecided={undecided} />
            </div>
          </div>
        )}
      </DataBlock>
      {marking && transfer && <TransferCame attempt={transfer} onClose={() => setMarking(false)} />}
      {refunding && paymentId !== undefined && order && (
        <RefundDialog order={order} paymentId={paymentId} onClose={() => setRefunding(false)} />
      )}
    </>
  )
}

/** By which a proposal may name it. */
const idsOf = (story: Story | undefined): ReadonlySet<unknown> =>
  new Set([
    story?.order.order_id,
    ...(story?.attempts ?? []).map(({ payment_id }) => payment_id),
    ...(story?.facts ?? []).map(({ fact_id }) => fact_id),
    ...(story?.refunds ?? []).map(({ refund_id }) => refund_id),
  ])

function StoryCard({ story }: { readonly story: Story }) {
  const say = useWords('console')
  const term = useTerm()
  return (
    <Card title={say('story.title')} more={story.acts === null ? say('story.no_acts') : undefined}>
      <Timeline items={happeningsOf(story, say, term)} />
    </Card>
  )
}

function OrderFacts({ story: { order } }: { readonly story: Story }) {
  const say = useWords('console')
  const term = useTerm()
  const channelOf = useChannel()
  return (
    <Card title={say('orders.one')}>
      <Facts
        items={[
          { term: say('orders.owner'), value: <OwnerLink id={order.owner} /> },
          {
            term: say('orders.amount'),
            value: <Money amount={order.amount} currency={order.currency} />,
          },
          {
            term: say('orders.gives'),
            value: (
              <span>
                <Amount amount={order.credits} asset={order.asset} />
                {order.bonus_credits > 0 && (
                  <>
                    {' + '}
                    <Amount amount={order.bonus_credits} asset={order.asset} />{' '}
                    {say('orders.bonus')}
                  </>
                )}
              </span>
            ),
          },
          {
            term: say('orders.product'),
            value: (
              <Link
                to="/console/products/$id"
                params={{ id: String(order.product_id) }}
                className={linkLook}
              >
                {say('orders.product_version', {
                  id: order.product_id,
                  version: order.product_version,
                })}
              </Link>
            ),
          },
          ...(order.pay_channel === null
            ? []
            : [
                {
                  term: say('orders.channel'),
                  value: `${channelOf({ channel: order.pay_channel, account: order.account })} · ${term('method', order.method ?? '')}`,
                },
              ]),
          ...(order.refunded > 0
            ? [
                {
                  term: say('orders.refunded'),
                  value: <Money amount={order.refunded} currency={order.currency} />,
                },
              ]
            : []),
          ...(order.underway > 0
            ? [
                {
                  term: say('orders.underway'),
                  value: <Money amount={order.underway} currency={order.currency} />,
                },
              ]
            : []),
          ...(order.by_itself ? [{ term: say('orders.by'), value: say('orders.by_itself') }] : []),
          { term: say('orders.created'), value: <DateTime at={order.created_at} /> },
          {
            term: say('orders.paid_at'),
            value: order.paid_at === null ? say('nothing') : <DateTime at={order.paid_at} />,
          },
          { term: say('orders.expires'), value: <DateTime at={order.expires_at} /> },
        ]}
      />
    </Card>
  )
}
