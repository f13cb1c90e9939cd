import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api } from '~/app/api.ts'
import { EffectLine } from '~/console/approvals/effect.tsx'
import type { Proposal } from '~/console/approvals/page.tsx'
import { Actor, linkLook } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { useTerm } from '~/console/parts/term.ts'
import { Card } from '~/kit/card.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

const ROWS_MAX = 200

/** What was asked and waits for a second person. */
export function useUndecided(isMeant: (proposal: Proposal) => boolean): readonly Proposal[] {
  const may = useMay()
  const { data } = useQuery({
    queryKey: ['proposals', 'proposed', 'all'],
    queryFn: ({ signal }) =>
      api.get('/api/v1/admin/proposals', {
        query: { state: 'proposed', limit: ROWS_MAX },
        signal,
      }),
    enabled: may('proposals:read'),
  })
  return (data?.items ?? []).filter(isMeant)
}

/** So that nobody asks for it again. */
export function UndecidedCard({ about }: { readonly about: readonly Proposal[] }) {
  const say = useWords('console')
  const term = useTerm()
  if (about.length === 0) return null
  return (
    <Card title={say('orders.undecided')}>
      <ul className="grid gap-3">
        {about.map((one) => (
          <li key={one.proposal_id} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <Link to="/console/approvals" search={{ open: one.proposal_id }} className={linkLook}>
              {term('proposal', one.kind)}
            </Link>
            <EffectLine proposal={one} />
            <span className="text-small text-soft">
              <Actor id={one.proposed_by} /> · <RelativeTime at={one.proposed_at} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
