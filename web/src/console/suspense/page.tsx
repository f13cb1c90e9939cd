import { useMutation } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { ModeChip } from '~/console/parts/amount.tsx'
import { ShortId } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
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
import { ListCard } from '~/kit/list-card.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { DateTime, RelativeTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

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
    {
      id: 'why',
      header: say('suspense.why'),
      phone: 'title',
      cell: (one) => <span className="sm:whitespace-nowrap">{term('why', one.why)}</span>,
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
      id: 'channel',
      header: say('orders.channel'),
      cell: (one) => (
        <span className="inline-flex flex-wrap items-center justify-end gap-1.5 sm:justify-start">
          <span className="whitespace-nowrap">{`${one.channel} / ${one.account}`}</span>
          <ModeChip livemode={one.livemode} />
        </span>
      ),
    },
    {
      id: 'txn',
      header: say('suspense.txn'),
      from: 'md',
      cell: (one) => <ShortId id={one.txn} />,
    },
    {
      id: 'trade_no',
      header: say('suspense.trade_no'),
      from: 'xl',
      cell: (one) => (one.trade_no === null ? say('nothing') : <ShortId id={one.trade_no} />),
    },
    {
      id: 'paid',
      header: say('orders.paid_at'),
      align: 'right',
      cell: (one) => <RelativeTime at={one.paid_at} />,
    },
    ...(may('payments:refund')
      ? [
          {
            id: 'act',
            header: <span className="sr-only">{say('acts')}</span>,
            align: 'right' as const,
            cell: (one: Suspended) => (
              <Button size="small" disabled={one.amount === null} onClick={() => choose(one)}>
                {say('suspense.return')}
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
      {chosen && <ReturnDialog fact={chosen} onClose={() => choose(undefined)} />}
    </>
  )
}

interface ReturnProps {
  readonly fact: Suspended
  readonly onClose: () => void
}

function ReturnDialog({ fact, onClose }: ReturnProps) {
  const say = useWords('console')
  const term = useTerm()
  const told = useTold()
  const give = useMutation({
    mutationFn: (reason: string) =>
      api.post('/api/v1/admin/payments/suspense/{id}/return', {
        path: { id: fact.fact_id },
        body: { reason },
      }),
    onSuccess: (answer) => {
      told(answer)
      onClose()
    },
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
      typed={fact.txn.slice(-4)}
      busy={give.isPending}
      error={give.error}
    >
      <Facts
        items={[
          {
            term: say('suspense.goes_back'),
            value: <Money amount={fact.amount ?? 0} currency={fact.currency} />,
          },
          { term: say('suspense.why'), value: term('why', fact.why) },
          { term: say('orders.channel'), value: `${fact.channel} / ${fact.account}` },
          { term: say('suspense.txn'), value: <CopyId text={fact.txn} /> },
          { term: say('orders.paid_at'), value: <DateTime at={fact.paid_at} /> },
        ]}
      />
    </ReasonDialog>
  )
}
