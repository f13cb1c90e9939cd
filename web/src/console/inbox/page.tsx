import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { MessageDrawer } from '~/console/inbox/message-drawer.tsx'
import { MessageType } from '~/console/inbox/message-type.tsx'
import { useChannel } from '~/console/parts/channel.ts'
import { useMay } from '~/console/parts/may.ts'
import { usePages } from '~/console/parts/pages.ts'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Chip } from '~/kit/chip.tsx'
import { Segments } from '~/kit/choice.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { Select } from '~/kit/field.tsx'
import { ListCard } from '~/kit/list-card.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

type Message = Answer<'list_hook_events'>['items'][number]
export const MESSAGE_STATES = ['waiting', 'done', 'dead'] as const
const route = getRouteApi('/console/inbox')

export function InboxPage() {
  const say = useWords('console')
  const term = useTerm()
  const channelOf = useChannel()
  const search = route.useSearch()
  const { state, channel, open } = search
  const navigate = route.useNavigate()
  const look = (more: Partial<typeof search>) => void navigate({ search: { ...search, ...more } })
  const query = usePages(['messages', state, channel], (cursor, signal) =>
    api.get('/api/v1/admin/hooks', { query: { state, channel, cursor, limit: 30 }, signal }),
  )
  const columns: Column<Message>[] = [
    {
      id: 'type',
      header: say('inbox.type'),
      phone: 'title',
      cell: (one) => <MessageType message={one} />,
    },
    {
      id: 'state',
      header: say('orders.status'),
      phone: 'aside',
      cell: (one) => <StateChip state={one.state} />,
    },
    {
      id: 'channel',
      header: say('orders.channel'),
      cell: channelOf,
    },
    {
      id: 'verdict',
      header: say('inbox.verdict'),
      from: 'lg',
      cell: () => <Chip tone="good">{say('inbox.genuine')}</Chip>,
    },
    { id: 'why', header: say('inbox.why'), from: 'xl', cell: (one) => one.why ?? say('nothing') },
    {
      id: 'received',
      header: say('inbox.received'),
      align: 'right',
      cell: (one) => <RelativeTime at={one.received_at} />,
    },
  ]
  return (
    <>
      <PageHeader title={say('inbox.title')} more={say('inbox.more')} />
      <div className="mb-4 flex flex-wrap items-center gap-3 *:min-w-0">
        <div className="overflow-x-auto">
          <Segments
            label={say('orders.status')}
            value={state ?? 'all'}
            options={['all' as const, ...MESSAGE_STATES].map((value) => ({
              value,
              label: value === 'all' ? say('all') : term('state', value),
            }))}
            onChange={(next) => look({ state: next === 'all' ? undefined : next })}
          />
        </div>
        <ChannelSelect />
      </div>
      <ListCard
        caption={say('inbox.title')}
        query={query}
        columns={columns}
        keyOf={({ event_id }) => event_id}
        onOpen={({ event_id }) => look({ open: event_id })}
        isOpen={({ event_id }) => event_id === open}
        empty={<EmptyState title={say('inbox.empty')} more={say('inbox.empty_more')} />}
        onClearFilters={
          state === undefined && channel === undefined
            ? undefined
            : () => void navigate({ search: {} })
        }
      />
      {open !== undefined && <MessageDrawer id={open} onClose={() => look({ open: undefined })} />}
    </>
  )
}

/** Of which provider; those there are accounts of, and the one that the address names. */
function ChannelSelect() {
  const say = useWords('console')
  const term = useTerm()
  const { channel } = route.useSearch()
  const navigate = route.useNavigate()
  const may = useMay()
  const { data = [] } = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => api.get('/api/v1/admin/channels', { signal }),
    select: ({ items }) => items.map((one) => one.channel),
    enabled: may('channels:read'),
  })
  const names = [...new Set([...data, ...(channel === undefined ? [] : [channel])])].sort()
  return (
    <Select
      label={say('orders.channel')}
      hideLabel
      value={channel ?? ''}
      options={[
        { value: '', label: say('inbox.all_channels') },
        ...names.map((value) => ({ value, label: term('channel', value) })),
      ]}
      onChange={({ target }) =>
        void navigate({
          search: (before) => ({ ...before, channel: target.value || undefined }),
        })
      }
    />
  )
}
