import { getRouteApi } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { useContext } from 'react'
import { api } from '~/app/api.ts'
import { EntryDrawer } from '~/console/audit/entry-drawer.tsx'
import { AuditFilters, type AuditSearch, filterOf } from '~/console/audit/filters.tsx'
import { Target } from '~/console/audit/target.tsx'
import { VerifyButton } from '~/console/audit/verify-button.tsx'
import { Actor } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { usePages } from '~/console/parts/pages.ts'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { buttonLook } from '~/kit/button.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { TimeZone } from '~/kit/format.ts'
import { Icon } from '~/kit/icons.tsx'
import { ListCard } from '~/kit/list-card.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

export type Entry = Answer<'list_audit_entries'>['items'][number]
const route = getRouteApi('/console/audit')

export function AuditPage() {
  const say = useWords('console')
  const term = useTerm()
  const may = useMay()
  const { open, ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const look = (next: AuditSearch) => void navigate({ search: next })
  const filter = filterOf(search, useContext(TimeZone))
  const query = usePages(['audit', filter], (cursor, signal) =>
    api.get('/api/v1/admin/audit', {
      query: { ...filter, cursor, limit: 50 },
      signal,
    }),
  )
  const isFiltered = Object.values(search).some((value) => value !== undefined)
  const opened = query.data?.find(({ entry_id }) => entry_id === open)
  const columns: Column<Entry>[] = [
    {
      id: 'action',
      header: say('audit.action'),
      phone: 'title',
      cell: (one) => term('act', one.action),
    },
    {
      id: 'result',
      header: say('audit.result'),
      phone: 'aside',
      cell: (one) => <StateChip state={one.result} />,
    },
    {
      id: 'actor',
      header: say('audit.actor'),
      cell: (one) => <Actor id={one.actor_id || one.actor_kind} />,
    },
    {
      id: 'target',
      header: say('audit.target'),
      cell: (one) => (
        <Target entry={one}>
          <span className="font-mono text-small break-all">
            {one.target_id.length > 20 ? `…${one.target_id.slice(-8)}` : one.target_id}
          </span>
        </Target>
      ),
    },
    {
      id: 'reason',
      header: say('reason.label'),
      from: 'lg',
      cell: (one) => (one.reason === null ? say('nothing') : term('own_reason', one.reason)),
    },
    {
      id: 'at',
      header: say('audit.at'),
      align: 'right',
      cell: (one) => <RelativeTime at={one.at} />,
    },
  ]
  return (
    <>
      <PageHeader
        title={say('audit.title')}
        more={say('audit.more')}
        acts={
          <>
            <VerifyButton />
            {may('audit:export') &&
              (['csv', 'ndjson'] as const).map((format) => (
                <a key={format} className={buttonLook()} href={exportLink(filter, format)} download>
                  <Icon name="download" className="size-4" />
                  {format.toUpperCase()}
                </a>
              ))}
          </>
        }
      />
      <AuditFilters search={search} onChange={look} />
      <ListCard
        caption={say('audit.title')}
        query={query}
        columns={columns}
        keyOf={({ entry_id }) => entry_id}
        onOpen={({ entry_id }) => void navigate({ search: { ...search, open: entry_id } })}
        isOpen={({ entry_id }) => entry_id === open}
        empty={<EmptyState icon="shield" title={say('audit.empty')} />}
        onClearFilters={isFiltered ? () => look({}) : undefined}
      />
      {opened && <EntryDrawer entry={opened} onClose={() => look(search)} />}
    </>
  )
}

const exportLink = (filter: ReturnType<typeof filterOf>, format: 'csv' | 'ndjson'): string => {
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined)
  const query = new URLSearchParams([...asked, ['format', format]] as [string, string][])
  return `/api/v1/admin/audit/export?${query}`
}
