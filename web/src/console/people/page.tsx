import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { OwnerLink, ShortId } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { usePages } from '~/console/parts/pages.ts'
import { SearchBox } from '~/console/parts/search-box.tsx'
import { Chip } from '~/kit/chip.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { ListCard } from '~/kit/list-card.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

type Owner = Answer<'list_owners'>['items'][number]
const route = getRouteApi('/console/people')
/** Of an order, a payment or a refund: whose it is, is found through its order. */
const OF_AN_ORDER = /^(ord|pay|ref|fct)_/

export function PeoplePage() {
  const say = useWords('console')
  const may = useMay()
  const { q } = route.useSearch()
  const navigate = useNavigate()
  const query = usePages(['owners', q], (cursor, signal) =>
    api.get('/api/v1/admin/owners', { query: { query: q, cursor, limit: 30 }, signal }),
  )
  const search = async (text: string | undefined) => {
    if (text !== undefined && OF_AN_ORDER.test(text) && may('payments:read_all')) {
      const found = await api.get('/api/v1/admin/orders', { query: { query: text, limit: 1 } })
      const [order] = found.items
      if (order) return navigate({ to: '/console/people/$id', params: { id: order.owner } })
    }
    return navigate({ to: '/console/people', search: { q: text } })
  }
  const columns: Column<Owner>[] = [
    {
      id: 'who',
      header: say('people.who'),
      phone: 'title',
      cell: (owner) => (
        <OwnerLink id={owner.owner}>
          {owner.name ?? owner.external_id ?? say('people.nameless')}
        </OwnerLink>
      ),
    },
    {
      id: 'kind',
      header: say('people.kind'),
      phone: 'aside',
      cell: (owner) =>
        owner.external_id === null ? (
          <Chip>{say('people.person')}</Chip>
        ) : (
          <Chip tone="bronze">{say('people.of_app')}</Chip>
        ),
    },
    {
      id: 'mail',
      header: say('people.mail'),
      cell: (owner) => <Mail text={owner.email ?? owner.external_id ?? say('nothing')} />,
    },
    {
      id: 'id',
      header: say('id'),
      from: 'lg',
      cell: (owner) => <ShortId id={owner.owner} />,
    },
    {
      id: 'since',
      header: say('people.since'),
      align: 'right',
      cell: (owner) => <RelativeTime at={owner.created_at} />,
    },
  ]
  return (
    <>
      <PageHeader title={say('people.title')} more={say('people.more')} />
      <div className="mb-4 max-w-2xl">
        <SearchBox
          label={say('people.search')}
          placeholder={say('people.search_hint')}
          value={q ?? ''}
          onSearch={(text) => void search(text)}
        />
      </div>
      <ListCard
        caption={say('people.title')}
        query={query}
        columns={columns}
        keyOf={({ owner }) => owner}
        empty={
          <EmptyState icon="people" title={say('people.empty')} more={say('people.empty_more')} />
        }
        onClearFilters={q === undefined ? undefined : () => void search(undefined)}
      />
    </>
  )
}

/** Where there is no room for all of it in a line it goes on before the place, and within a word only at need. */
function Mail({ text }: { readonly text: string }) {
  const [name = '', ...place] = text.split(/(?=@)/)
  return (
    <span className="wrap-anywhere">
      {name}
      <wbr />
      {place.join('')}
    </span>
  )
}
