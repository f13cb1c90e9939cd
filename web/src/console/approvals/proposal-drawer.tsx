import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { useEffectFacts } from '~/console/approvals/effect.tsx'
import type { Proposal } from '~/console/approvals/page.tsx'
import { Actor } from '~/console/parts/links.tsx'
import { useMay, useMyId } from '~/console/parts/may.ts'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Button } from '~/kit/button.tsx'
import { Facts } from '~/kit/card.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { Dialog } from '~/kit/dialog.tsx'
import { Note } from '~/kit/notes.tsx'
import { DateTime } from '~/kit/times.tsx'
import { tell } from '~/kit/toast.tsx'
import { useWords } from '~/words/words.ts'

type Decision = 'approve' | 'reject' | 'withdraw'

interface Props {
  readonly id: string
  readonly onClose: () => void
}

/** What somebody wants, what it would do, and the decision; nobody decides about their own. */
export function ProposalDrawer({ id, onClose }: Props) {
  const say = useWords('console')
  const term = useTerm()
  const may = useMay()
  const me = useMyId()
  const [deciding, setDeciding] = useState<Decision>()
  const query = useQuery({
    queryKey: ['proposals', 'one', id],
    queryFn: ({ signal }) => api.get('/api/v1/admin/proposals/{id}', { path: { id }, signal }),
  })
  const one = query.data
  const isMine = one !== undefined && one.proposed_by === me
  const isOpen = one?.state === 'proposed' && may('proposals:decide')
  const canDecide = isOpen && one.why_not === null
  return (
    <Dialog
      open
      onClose={onClose}
      place="side"
      title={one ? term('proposal', one.kind) : say('approvals.one')}
      acts={
        isOpen && isMine ? (
          <Button onClick={() => setDeciding('withdraw')}>{say('approvals.withdraw')}</Button>
        ) : canDecide ? (
          <>
            <Button look="primary" onClick={() => setDeciding('approve')}>
              {say('approvals.approve')}
            </Button>
            <Button onClick={() => setDeciding('reject')}>{say('approvals.reject')}</Button>
          </>
        ) : undefined
      }
    >
      <DataBlock query={query}>
        {(proposal) => <Told proposal={proposal} isOpen={isOpen} isMine={isMine} />}
      </DataBlock>
      {deciding && one && (
        <DecisionDialog
          proposal={one}
          decision={deciding}
          onClose={() => setDeciding(undefined)}
          onDone={onClose}
        />
      )}
    </Dialog>
  )
}

interface ToldProps {
  readonly proposal: Proposal
  /** It could be decided, by whoever may. */
  readonly isOpen: boolean
  readonly isMine: boolean
}

function Told({ proposal, isOpen, isMine }: ToldProps) {
  const term = useTerm()
  const say = useWords('console')
  const factsOf = useEffectFacts()
  return (
    <div className="grid grid-cols-1 gap-5">
      {isOpen && isMine && <Note tone="note">{say('approvals.own')}</Note>}
      {isOpen && !isMine && proposal.why_not !== null && (
        <Note tone="note">
          {proposal.why_not === 'second_person_needed'
            ? say('approvals.gains')
            : say('approvals.not_yours', { what: term('proposal', proposal.kind) })}
        </Note>
      )}
      <section>
        <h3 className="mb-2 font-semibold">{say('approvals.effect')}</h3>
        <Facts items={factsOf(proposal)} />
      </section>
      <section>
        <h3 className="mb-2 font-semibold">{say('approvals.one')}</h3>
        <Facts
          items={[
            { term: say('orders.status'), value: <StateChip state={proposal.state} /> },
            { term: say('reason.label'), value: proposal.reason },
            { term: say('approvals.by'), value: <Actor id={proposal.proposed_by} /> },
            { term: say('approvals.at'), value: <DateTime at={proposal.proposed_at} /> },
            ...(proposal.state === 'proposed'
              ? [{ term: say('approvals.until'), value: <DateTime at={proposal.expires_at} /> }]
              : []),
            ...(proposal.decided_by === null
              ? []
              : [{ term: say('approvals.decided_by'), value: <Actor id={proposal.decided_by} /> }]),
            ...(proposal.decided_at === null
              ? []
              : [
                  {
                    term: say('approvals.decided_at'),
                    value: <DateTime at={proposal.decided_at} />,
                  },
                ]),
            ...(proposal.decision_reason === null
              ? []
              : [{ term: say('approvals.decision_reason'), value: proposal.decision_reason }]),
            { term: say('id'), value: <CopyId text={proposal.proposal_id} /> },
          ]}
        />
      </section>
    </div>
  )
}

interface DecisionProps {
  readonly proposal: Proposal
  readonly decision: Decision
  readonly onClose: () => void
  readonly onDone: () => void
}

function DecisionDialog({ proposal, decision, onClose, onDone }: DecisionProps) {
  const say = useWords('console')
  const term = useTerm()
  const queries = useQueryClient()
  const factsOf = useEffectFacts()
  const path = { id: proposal.proposal_id }
  const decide = useMutation({
    mutationFn: (reason: string) => {
      if (decision === 'approve') return api.post('/api/v1/admin/proposals/{id}/approve', { path })
      return decision === 'reject'
        ? api.post('/api/v1/admin/proposals/{id}/reject', { path, body: { reason } })
        : api.post('/api/v1/admin/proposals/{id}/withdraw', { path })
    },
    onSuccess: () => {
      tell({ title: say(`approvals.${decision}_done`), more: term('proposal', proposal.kind) })
      void queries.invalidateQueries()
      onDone()
    },
  })
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => decide.mutate(reason)}
      title={say(`approvals.${decision}_title`)}
      more={say(`approvals.${decision}_more`)}
      act={say(`approvals.${decision}`)}
      danger={decision === 'reject'}
      withoutReason={decision !== 'reject'}
      busy={decide.isPending}
      error={decide.error}
    >
      <Facts items={factsOf(proposal)} />
    </ReasonDialog>
  )
}
