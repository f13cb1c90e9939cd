import { useMutation } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { ModeChip } from '~/console/parts/amount.tsx'
import { OrderLink, OwnerLink, ShortId } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { useName } from '~/console/parts/names.ts'
import { usePages } from '~/console/parts/pages.ts'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { useTold } from '~/console/people/told.ts'
import { Money } from '~/kit/amounts.tsx'
import { Button } from '~/kit/button.tsx'
import { Facts } from '~/kit/card.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { ListCard } from '~/kit/list-card.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { DateTime, RelativeTime } from '~/kit/times.tsx'
import { type Say, useWords } from '~/words/words.ts'

type Suspended = Answer<'list_suspense'>['items'][number]

export function SuspensePage() {
  const say = useWords('console')
  const term = useTerm()
  const may = useMay()
  const [chosen, choose] = useState<Suspended>()
  const query = usePages(['suspense'], (cursor, signal) =>
    api.get('/api/v1/admin/payments/suspense', { query: { cursor, limit: 30 }, signal }),
  )
  const columns: Column<Suspended>[] = [
    ...columnsOf(say, term),
    ...(may('payments:refund')
      ? [
          {
            id: 'act',
            header: <span className="sr-only">{say('acts')}</span>,
            align: 'right' as const,
            cell: (one: Suspended) =>
              one.stays !== 'refused_there' &&
              one.stays !== 'stuck' && (
                <Button size="small" onClick={() => choose(one)}>
                  {say(one.stays === null ? 'suspense.return' : 'suspense.set_aside')}
                </Button>
              ),
          },
        ]
      : []),
  ]
  return (
    <>
      <PageHeader title={say('suspense.title')} more={say('suspense.more')} />
      <ListCard
        caption={say('suspense.title')}
        query={query}
        columns={columns}
        keyOf={({ fact_id }) => fact_id}
        empty={
          <EmptyState
            icon="check"
            title={say('suspense.empty')}
            more={say('suspense.empty_more')}
          />
        }
      />
      {chosen?.stays === null && <ReturnDialog fact={chosen} onClose={() => choose(undefined)} />}
      {chosen && chosen.stays !== null && (
        <SetAsideDialog fact={chosen} stays={chosen.stays} onClose={() => choose(undefined)} />
      )}
    </>
  )
}

function columnsOf(say: Say<'console'>, term: ReturnType<typeof useTerm>): Column<Suspended>[] {
  return [
    {
      id: 'why',
      header: say('suspense.why'),
      phone: 'title',
      cell: (one) => (
        <span className="grid gap-0.5 sm:min-w-36">
          <span className="sm:whitespace-nowrap">{term('why', one.why)}</span>
          {one.stays !== null && one.stays !== one.why && (
            <span className="text-small font-normal text-soft">{term('stays', one.stays)}</span>
          )}
        </span>
      ),
    },
    {
      id: 'amount',
      header: say('orders.amount'),
      align: 'right',
      phone: 'aside',
      cell: (one) =>
        one.amount === null ? (
          say('suspense.unreadable')
        ) : (
          <Money amount={one.amount} currency={one.currency} />
        ),
    },
    {
      id: 'order',
      header: say('suspense.of'),
      cell: (one) =>
        one.subject === null ? (
          say('nothing')
        ) : (
          <span className="grid justify-items-end gap-0.5 sm:justify-items-start">
            {one.owner !== null && <OwnerLink id={one.owner} />}
            <OrderLink id={one.subject} />
          </span>
        ),
    },
    {
      id: 'channel',
      header: say('orders.channel'),
      cell: (one) => (
        <span className="grid justify-items-end gap-0.5 sm:justify-items-start">
          <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
            {`${term('channel', one.channel)} / ${one.account}`}
            <ModeChip livemode={one.livemode} />
          </span>
          <ShortId id={one.txn} />
        </span>
      ),
    },
    {
      id: 'paid',
      header: say('orders.paid_at'),
      align: 'right',
      cell: (one) => <RelativeTime at={one.paid_at} />,
    },
  ]
}

interface ReturnProps {
  readonly fact: Suspended
  readonly onClose: () => void
}

function ReturnDialog({ fact, onClose }: ReturnProps) {
  const say = useWords('console')
  const term = useTerm()
  const told = useTold(onClose)
  const format = useFormat()
  const name = useName(fact.owner ?? '') ?? fact.owner
  const whereto = {
    amount: format.money(fact.amount ?? 0, fact.currency),
    channel: term('channel', fact.channel),
  }
  const give = useMutation({
    mutationFn: (reason: string) =>
      api.post('/api/v1/admin/payments/suspense/{id}/return', {
        path: { id: fact.fact_id },
        body: { reason },
      }),
    onSuccess: (answer) =>
      told(
        answer,
        name === null
          ? say('suspense.return_asked_nobody', whereto)
          : say('suspense.return_asked', { ...whereto, name }),
      ),
  })
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => give.mutate(reason)}
      title={say('suspense.return_title')}
      more={say('suspense.return_more')}
      act={say('suspense.return')}
      danger
      isSeen={fact.owner !== null}
      typed={fact.txn.slice(-4)}
      busy={give.isPending}
      error={give.error}
    >
      <FactsOf fact={fact} amountTerm={say('suspense.goes_back')} />
    </ReasonDialog>
  )
}

interface SetAsideProps extends ReturnProps {
  readonly stays: string
}

/** Nothing moves: it only waits no longer. */
function SetAsideDialog({ fact, stays, onClose }: SetAsideProps) {
  const say = useWords('console')
  const term = useTerm()
  const told = useTold(onClose)
  const format = useFormat()
  const amount =
    fact.amount === null ? say('suspense.unreadable') : format.money(fact.amount, fact.currency)
  const put = useMutation({
    mutationFn: (reason: string) =>
      api.post('/api/v1/admin/payments/suspense/{id}/set-aside', {
        path: { id: fact.fact_id },
        body: { reason },
      }),
    onSuccess: (answer) => told(answer, say('suspense.set_aside_done', { amount })),
  })
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => put.mutate(reason)}
      title={say('suspense.set_aside_title')}
      more={say('suspense.set_aside_more', { why: term('stays', stays) })}
      act={say('suspense.set_aside')}
      busy={put.isPending}
      error={put.error}
    >
      <FactsOf fact={fact} amountTerm={say('orders.amount')} />
    </ReasonDialog>
  )
}

interface FactsProps {
  readonly fact: Suspended
  readonly amountTerm: string
}

function FactsOf({ fact, amountTerm }: FactsProps) {
  const say = useWords('console')
  const term = useTerm()
  return (
    <Facts
      items={[
        {
          term: amountTerm,
          value:
            fact.amount === null ? (
              say('suspense.unreadable')
            ) : (
              <Money amount={fact.amount} currency={fact.currency} />
            ),
        },
        ...(fact.owner === null
          ? []
          : [{ term: say('orders.owner'), value: <OwnerLink id={fact.owner} /> }]),
        ...(fact.subject === null
          ? []
          : [{ term: say('orders.id'), value: <OrderLink id={fact.subject} /> }]),
        { term: say('suspense.why'), value: term('why', fact.why) },
        {
          term: say('orders.channel'),
          value: `${term('channel', fact.channel)} / ${fact.account}`,
        },
        { term: say('suspense.txn'), value: <CopyId text={fact.txn} /> },
        ...(fact.trade_no === null
          ? []
          : [{ term: say('suspense.trade_no'), value: <CopyId text={fact.trade_no} /> }]),
        { term: say('orders.paid_at'), value: <DateTime at={fact.paid_at} /> },
      ]}
    />
  )
}
