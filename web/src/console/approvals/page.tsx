import { getRouteApi } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { EffectLine, ownerOf } from '~/console/approvals/effect.tsx'
import { ProposalDrawer } from '~/console/approvals/proposal-drawer.tsx'
import { Actor, OwnerLink } from '~/console/parts/links.tsx'
import { usePages } from '~/console/parts/pages.ts'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Segments } from '~/kit/choice.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { ListCard } from '~/kit/list-card.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

export type Proposal = Answer<'list_proposals'>['items'][number]
export const PROPOSAL_STATES = [
  ...(['proposed', 'approved', 'rejected', 'withdrawn', 'expired'] as const),
]
const route = getRouteApi('/console/approvals')

export function ApprovalsPage() {
  const say = useWords('console')
  const term = useTerm()
  const { state = 'proposed', open } = route.useSearch()
  const navigate = route.useNavigate()
  const query = usePages(['proposals', state], (cursor, signal) =>
    api.get('/api/v1/admin/proposals', {
      query: { ...(state !== 'all' && { state }), cursor, limit: 30 },
      signal,
    }),
  )
  const columns: Column<Proposal>[] = [
    {
      id: 'kind',
      header: say('approvals.what'),
      phone: 'title',
      cell: (one) => term('proposal', one.kind),
    },
    {
      id: 'effect',
      header: say('approvals.effect'),
      align: 'right',
      phone: 'aside',
      cell: (one) => <EffectLine proposal={one} />,
    },
    {
      id: 'owner',
      header: say('orders.owner'),
      cell: (one) => {
        const owner = ownerOf(one)
        return owner === undefined ? say('nothing') : <OwnerLink id={owner} />
      },
    },
    { id: 'reason', header: say('reason.label'), cell: (one) => one.reason },
    {
      id: 'by',
      header: say('approvals.by'),
      from: 'md',
      cell: (one) => <Actor id={one.proposed_by} />,
    },
    { id: 'state', header: say('orders.status'), cell: (one) => <StateChip state={one.state} /> },
    {
      id: 'at',
      header: say('approvals.at'),
      align: 'right',
      cell: (one) => <RelativeTime at={one.proposed_at} />,
    },
  ]
  return (
    <>
      <PageHeader title={say('approvals.title')} more={say('approvals.more')} />
      <div className="mb-4 overflow-x-auto">
        <Segments
          label={say('orders.status')}
          value={state}
          options={[...PROPOSAL_STATES, 'all' as const].map((value) => ({
            value,
            label: value === 'all' ? say('all') : term('state', value),
          }))}
          onChange={(next) => void navigate({ search: { state: next } })}
        />
      </div>
      <ListCard
        caption={say('approvals.title')}
        query={query}
        columns={columns}
        keyOf={({ proposal_id }) => proposal_id}
        onOpen={({ proposal_id }) => void navigate({ search: { state, open: proposal_id } })}
        isOpen={({ proposal_id }) => proposal_id === open}
        empty={
          <EmptyState
            icon="check"
            title={say('approvals.empty')}
            more={say('approvals.empty_more')}
          />
        }
        onClearFilters={
          state === 'proposed' || state === 'all' ? undefined : () => void navigate({ search: {} })
        }
      />
      {open !== undefined && (
        <ProposalDrawer id={open} onClose={() => void navigate({ search: { state } })} />
      )}
    </>
  )
}
