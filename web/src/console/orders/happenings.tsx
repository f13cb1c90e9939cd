import type { Story } from '~/console/orders/order-page.tsx'
import { Actor, shortId } from '~/console/parts/links.tsx'
import { StateChip } from '~/console/parts/state-chip.tsx'
import type { useTerm } from '~/console/parts/term.ts'
import { Money } from '~/kit/amounts.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import type { Happened } from '~/kit/timeline.tsx'
import type { Say } from '~/words/words.ts'

type Term = ReturnType<typeof useTerm>

/** Everything there is of an order, oldest first: what was asked, what was said, what was given and taken. */
export function happeningsOf(story: Story, say: Say<'console'>, term: Term): Happened[] {
  return [
    ...ordered(story, say),
    // Of one moment: who asked, before what came of it.
    ...done(story, say, term),
    ...asked(story, say, term),
    ...heard(story, say, term),
    ...came(story, say, term),
    ...given(story, say),
    ...wentBack(story, say, term),
    ...disputed(story, say, term),
  ].sort((a, b) => a.at.localeCompare(b.at))
}

const ordered = ({ order }: Story, say: Say<'console'>): Happened[] => [
  {
    id: order.order_id,
    at: order.created_at,
    icon: 'receipt',
    tone: 'bronze',
    title: say('story.ordered'),
    more: say('story.promised', { credits: order.credits, bonus: order.bonus_credits }),
    aside: <Money amount={order.amount} currency={order.currency} />,
  },
]

const asked = ({ attempts }: Story, say: Say<'console'>, term: Term): Happened[] =>
  attempts.map((one) => ({
    id: one.payment_id,
    at: one.created_at,
    icon: 'tag',
    title: (
      <span className="inline-flex flex-wrap items-center gap-2">
        {say('story.attempt', {
          channel: `${term('channel', one.channel)} / ${one.account}`,
          method: term('method', one.method),
        })}
        <StateChip state={one.state} />
      </span>
    ),
    more: (
      <span className="flex min-w-0 flex-wrap gap-x-3 gap-y-1">
        {one.why !== null && <span>{one.why}</span>}
        <span>{say('story.asked', { n: one.asked })}</span>
        <CopyId text={one.payment_id} />
        <CopyId text={one.trade_no} />
        {one.provider_ref !== null && <CopyId text={one.provider_ref} />}
      </span>
    ),
    aside: <Money amount={one.amount} currency={one.currency} />,
  }))

const heard = ({ messages }: Story, say: Say<'console'>, term: Term): Happened[] =>
  messages.map((one) => ({
    id: one.event_id,
    at: one.received_at,
    icon: 'inbox',
    tone: one.state === 'dead' ? 'bad' : 'note',
    title: (
      <span className="inline-flex flex-wrap items-center gap-2">
        {say('story.message', { type: one.type })}
        <StateChip state={one.state} />
      </span>
    ),
    more: (
      <span className="flex min-w-0 flex-wrap gap-x-3 gap-y-1">
        <span>{say('inbox.verified_by', { key: shortId(one.key_id) })}</span>
        <span>{one.facts.map((fact) => term('told', fact)).join(' · ')}</span>
        {one.why !== null && <span>{one.why}</span>}
        <CopyId text={one.event_id} />
      </span>
    ),
  }))

const came = ({ facts }: Story, say: Say<'console'>, term: Term): Happened[] =>
  facts.map((one) => ({
    id: one.fact_id,
    at: one.created_at,
    icon: 'check',
    tone: one.disposition === 'kept' ? 'good' : 'warn',
    title: (
      <span className="inline-flex flex-wrap items-center gap-2">
        {say('story.fact')}
        <StateChip state={one.disposition} />
      </span>
    ),
    more: (
      <span className="flex min-w-0 flex-wrap gap-x-3 gap-y-1">
        <span>{term('told', one.source)}</span>
        {one.why !== null && <span>{term('why', one.why)}</span>}
        <CopyId text={one.txn} />
      </span>
    ),
    aside: one.amount === null ? undefined : <Money amount={one.amount} currency={one.currency} />,
  }))

const given = ({ order, lots }: Story, say: Say<'console'>): Happened[] =>
  order.paid_at === null || lots.length === 0
    ? []
    : [
        {
          id: 'given',
          at: order.paid_at,
          icon: 'coin',
          tone: 'good',
          title: say('story.given', {
            credits: lots.reduce((sum, { granted }) => sum + granted, 0),
          }),
        },
      ]

const wentBack = ({ refunds, asked: all }: Story, say: Say<'console'>, term: Term): Happened[] =>
  refunds.flatMap((one) => {
    const ours = all.find(({ refund_id }) => refund_id === one.refund_id)
    const begun: Happened = {
      id: one.refund_id,
      at: one.created_at,
      icon: 'refresh',
      tone: 'bronze',
      title: (
        <span className="inline-flex flex-wrap items-center gap-2">
          {ours?.waits ? say('story.refund_waits') : say('story.refund')}
          <StateChip state={one.state} />
        </span>
      ),
      more: (
        <span className="flex min-w-0 flex-wrap gap-x-3 gap-y-1">
          <span>{term('own_reason', one.reason)}</span>
          <span>{term('cause', one.cause)}</span>
          {ours && (
            <span>
              {say('by')} <Actor id={ours.asked_by} />
            </span>
          )}
          {one.why !== null && <span>{one.why}</span>}
          <CopyId text={one.refund_id} />
        </span>
      ),
      aside: <Money amount={one.amount} currency={one.currency} />,
    }
    return [
      begun,
      ...endOf(
        one,
        one.refund_id,
        'succeeded',
        say('story.refund_settled', { state: term('state', one.state) }),
      ),
    ]
  })

/** How what had begun came to its end, once it has. */
function endOf(
  one: Story['refunds'][number] | Story['disputes'][number],
  id: string,
  good: string,
  title: string,
): Happened[] {
  if (one.settled_at === null) return []
  const isGood = one.state === good
  return [
    {
      id: `${id} settled`,
      at: one.settled_at,
      icon: isGood ? 'check' : 'warning',
      tone: isGood ? 'good' : 'warn',
      title,
      aside: <Money amount={one.amount} currency={one.currency} />,
    },
  ]
}

const disputed = ({ disputes }: Story, say: Say<'console'>, term: Term): Happened[] =>
  disputes.flatMap((one) => {
    const opened: Happened = {
      id: one.dispute_id,
      at: one.opened_at,
      icon: 'flag',
      tone: 'warn',
      title: (
        <span className="inline-flex flex-wrap items-center gap-2">
          {say('story.dispute')}
          <StateChip state={one.state} />
        </span>
      ),
      more: <CopyId text={one.dispute_id} />,
      aside: <Money amount={one.amount} currency={one.currency} />,
    }
    return [
      opened,
      ...endOf(
        one,
        one.dispute_id,
        'won',
        say('story.dispute_ended', { state: term('state', one.state) }),
      ),
    ]
  })

/** A refund that began says itself who asked for it, and is a moment older than the line about its asking. */
const isNews = ({ action, result }: NonNullable<Story['acts']>[number]): boolean =>
  action !== 'checkout.refund_asked' || result === 'refused'

const done = ({ acts }: Story, say: Say<'console'>, term: Term): Happened[] =>
  (acts ?? []).filter(isNews).map((one) => ({
    id: one.entry_id,
    at: one.at,
    icon: 'shield',
    tone: one.result === 'refused' ? 'bad' : 'note',
    title: term('act', one.action),
    more: (
      <span className="flex min-w-0 flex-wrap gap-x-3 gap-y-1">
        {one.reason !== null && <span>{one.reason}</span>}
        {one.actor_id !== '' && (
          <span>
            {say('by')} <Actor id={one.actor_id} />
          </span>
        )}
      </span>
    ),
  }))
