import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { CodeName } from '~/console/parts/code-name.tsx'
import { Actor } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { usePages } from '~/console/parts/pages.ts'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { reasonOf } from '~/console/prices/price-reason.ts'
import { Since } from '~/console/prices/since.tsx'
import { buttonLook } from '~/kit/button.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { ListCard } from '~/kit/list-card.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { useWords } from '~/words/words.ts'

export type Price = Answer<'list_price_versions'>['items'][number]
const route = getRouteApi('/console/prices')

export function PricesPage() {
  const say = useWords('console')
  const term = useTerm()
  const may = useMay()
  const { all } = route.useSearch()
  const navigate = useNavigate()
  const query = usePages(['prices'], (cursor, signal) =>
    api.get('/api/v1/admin/prices', { query: { cursor, limit: 100 }, signal }),
  )
  const rows = all ? query.data : query.data?.filter(({ state }) => state !== 'superseded')
  const columns: Column<Price>[] = [
    {
      id: 'action',
      header: say('prices.action'),
      phone: 'title',
      cell: (one) => <CodeName text={one.action} />,
    },
    {
      id: 'state',
      header: say('orders.status'),
      phone: 'aside',
      cell: (one) => <StateChip state={one.state} />,
    },
    {
      id: 'version',
      header: say('products.version'),
      align: 'right',
      cell: (one) => one.price_version,
    },
    { id: 'rule', header: say('prices.rule'), from: 'md', cell: (one) => <Shape price={one} /> },
    {
      id: 'effective',
      header: say('prices.effective'),
      align: 'right',
      cell: (one) => <Since at={one.effective_at} />,
    },
    {
      id: 'by',
      header: say('prices.by'),
      from: 'xl',
      cell: (one) => <Actor id={one.published_by} />,
    },
    {
      id: 'reason',
      header: say('reason.label'),
      from: 'lg',
      cell: (one) => reasonOf(one, term),
    },
  ]
  return (
    <>
      <PageHeader
        title={say('prices.title')}
        more={say('prices.more')}
        acts={
          <>
            <Link
              to="/console/prices"
              search={{ all: all ? undefined : true }}
              className={buttonLook()}
            >
              {all ? say('prices.only_current') : say('prices.all_versions')}
            </Link>
            {may('prices:write') && (
              <Link to="/console/prices/edit" className={buttonLook({ look: 'primary' })}>
                {say('prices.add')}
              </Link>
            )}
          </>
        }
      />
      <ListCard
        caption={say('prices.title')}
        query={{ ...query, data: rows }}
        columns={columns}
        keyOf={({ action, price_version }) => `${action} ${price_version}`}
        onOpen={({ action }) => void navigate({ to: '/console/prices/edit', search: { action } })}
        empty={
          <EmptyState icon="scale" title={say('prices.empty')} more={say('prices.empty_more')} />
        }
      />
    </>
  )
}

/** A rule in a line: what it begins with and what it goes by. */
function Shape({ price: { rule } }: { readonly price: Price }) {
  const say = useWords('console')
  const goesBy = [
    ...new Set([...rule.terms, ...rule.multipliers].map(({ parameter }) => parameter)),
  ]
  return (
    <span className="text-small">
      <span className="whitespace-nowrap">{say('prices.base_n', { n: rule.base })}</span>
      {goesBy.length > 0 && ` · ${goesBy.join(', ')}`}
    </span>
  )
}
