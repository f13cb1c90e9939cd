import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { useMay } from '~/console/parts/may.ts'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Button } from '~/kit/button.tsx'
import { Chip } from '~/kit/chip.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { Dialog } from '~/kit/dialog.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { ListCard } from '~/kit/list-card.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { tell } from '~/kit/toast.tsx'
import { useWords } from '~/words/words.ts'

type Queue = Answer<'list_queues'>['items'][number]
type Job = Answer<'list_jobs'>['items'][number]
const REFRESH_MS = 10_000
const route = getRouteApi('/console/jobs')

export function JobsPage() {
  const say = useWords('console')
  const { queue } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery({
    queryKey: ['jobs'],
    queryFn: ({ signal }) => api.get('/api/v1/admin/jobs', { signal }),
    refetchInterval: REFRESH_MS,
    // What is dead comes first, then what waits: those are why somebody looks.
    select: ({ items }) =>
      [...items].sort(
        (a, b) => b.dead - a.dead || b.waiting - a.waiting || a.name.localeCompare(b.name),
      ),
  })
  const columns: Column<Queue>[] = [
    {
      id: 'name',
      header: say('jobs.queue'),
      phone: 'title',
      cell: ({ name }) => <QueueName name={name} />,
    },
    { id: 'waiting', header: say('jobs.waiting'), align: 'right', cell: (one) => one.waiting },
    { id: 'active', header: say('jobs.active'), align: 'right', cell: (one) => one.active },
    {
      id: 'dead',
      header: say('jobs.dead'),
      align: 'right',
      cell: (one) => (one.dead > 0 ? <Chip tone="bad">{one.dead}</Chip> : one.dead),
    },
  ]
  return (
    <>
      <PageHeader title={say('jobs.title')} more={say('jobs.more')} />
      <ListCard
        caption={say('jobs.title')}
        query={query}
        columns={columns}
        keyOf={({ name }) => name}
        onOpen={({ name }) => void navigate({ search: { queue: name } })}
        isOpen={({ name }) => name === queue}
        empty={<EmptyState icon="check" title={say('jobs.empty')} />}
      />
      {queue !== undefined && (
        <QueueDrawer queue={queue} onClose={() => void navigate({ search: {} })} />
      )}
    </>
  )
}

/** In words, and by the code that logs and the API know. */
function QueueName({ name }: { readonly name: string }) {
  const term = useTerm()
  const said = term('job', name)
  const code = <span className="inline-block font-mono text-small break-all">{name}</span>
  if (said === name) return code
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      {said}
      <span className="font-normal text-soft">{code}</span>
    </span>
  )
}

interface DrawerProps {
  readonly queue: string
  readonly onClose: () => void
}

function QueueDrawer({ queue, onClose }: DrawerProps) {
  const say = useWords('console')
  const may = useMay()
  const queries = useQueryClient()
  const query = useQuery({
    queryKey: ['jobs', queue],
    queryFn: ({ signal }) => api.get('/api/v1/admin/jobs/{queue}', { path: { queue }, signal }),
    select: ({ items }) => items,
    refetchInterval: REFRESH_MS,
  })
  const retry = useMutation({
    mutationFn: (id: string) =>
      api.post('/api/v1/admin/jobs/{queue}/{id}/retry', { path: { queue, id } }),
    onSuccess: () => {
      tell({ title: say('jobs.retried') })
      void queries.invalidateQueries({ queryKey: ['jobs'] })
    },
  })
  const columns: Column<Job>[] = [
    {
      id: 'state',
      header: say('orders.status'),
      phone: 'title',
      cell: (one) => <StateChip state={one.state} />,
    },
    { id: 'attempts', header: say('inbox.attempts'), align: 'right', cell: (one) => one.attempts },
    {
      id: 'id',
      header: say('id'),
      cell: (one) => <CopyId text={one.id} shown={`…${one.id.slice(-8)}`} />,
    },
    {
      id: 'created',
      header: say('orders.created'),
      align: 'right',
      cell: (one) => <RelativeTime at={one.created_at} ofMachine />,
    },
    ...(may('jobs:retry')
      ? [
          {
            id: 'act',
            header: <span className="sr-only">{say('acts')}</span>,
            align: 'right' as const,
            phone: 'aside' as const,
            cell: (one: Job) =>
              one.state === 'failed' && (
                <Button
                  size="small"
                  icon="refresh"
                  busy={retry.isPending && retry.variables === one.id}
                  onClick={() => retry.mutate(one.id)}
                >
                  {say('jobs.retry')}
                </Button>
              ),
          },
        ]
      : []),
  ]
  return (
    <Dialog
      open
      onClose={onClose}
      place="side"
      width="wide"
      title={<QueueName name={queue} />}
      more={say('jobs.newest')}
    >
      {retry.error !== null && <ProblemNote error={retry.error} of="acting" />}
      <ListCard
        caption={queue}
        query={query}
        columns={columns}
        keyOf={({ id }) => id}
        empty={<EmptyState icon="check" title={say('jobs.none')} />}
      />
    </Dialog>
  )
}
