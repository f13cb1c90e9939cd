import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { useMay } from '~/console/parts/may.ts'
import { useTerm } from '~/console/parts/term.ts'
import { Credits, Money } from '~/kit/amounts.tsx'
import { buttonLook } from '~/kit/button.tsx'
import { Chip } from '~/kit/chip.tsx'
import type { Column } from '~/kit/data-table.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { ListCard } from '~/kit/list-card.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { useText, useWords } from '~/words/words.ts'

type Product = Answer<'list_all_products'>['items'][number]

export function ProductsPage() {
  const say = useWords('console')
  const may = useMay()
  const navigate = useNavigate()
  const query = useQuery({
    queryKey: ['products'],
    queryFn: ({ signal }) => api.get('/api/v1/admin/products', { signal }),
    select: ({ items }) => items,
  })
  return (
    <>
      <PageHeader
        title={say('products.title')}
        more={say('products.more')}
        acts={
          may('products:write') && (
            <Link
              to="/console/products/$id"
              params={{ id: 'new' }}
              className={buttonLook({ look: 'primary' })}
            >
              {say('products.add')}
            </Link>
          )
        }
      />
      <ListCard
        caption={say('products.title')}
        query={query}
        columns={useProductColumns()}
        keyOf={({ product_id }) => String(product_id)}
        onOpen={({ product_id }) =>
          void navigate({ to: '/console/products/$id', params: { id: String(product_id) } })
        }
        empty={
          <EmptyState icon="tag" title={say('products.empty')} more={say('products.empty_more')} />
        }
      />
    </>
  )
}

function useProductColumns(): Column<Product>[] {
  const say = useWords('console')
  const term = useTerm()
  const text = useText()
  return [
    {
      id: 'name',
      header: say('products.name'),
      phone: 'title',
      cell: ({ terms }) => text(terms.name),
    },
    {
      id: 'sale',
      header: say('products.sale'),
      phone: 'aside',
      cell: ({ on_sale }) =>
        on_sale ? (
          <Chip tone="good">{say('products.on_sale')}</Chip>
        ) : (
          <Chip>{say('products.off_sale')}</Chip>
        ),
    },
    {
      id: 'type',
      header: say('products.type'),
      from: 'md',
      cell: (one) => term('type', one.product_type),
    },
    {
      id: 'prices',
      header: say('products.prices'),
      align: 'right',
      cell: ({ terms }) => (
        <span className="inline-flex flex-wrap justify-end gap-x-3 sm:flex-nowrap">
          {terms.prices.map(({ currency, amount }) => (
            <Money key={currency} amount={amount} currency={currency} />
          ))}
        </span>
      ),
    },
    {
      id: 'credits',
      header: say('products.credits'),
      align: 'right',
      cell: ({ terms }) => (
        <span className="whitespace-nowrap">
          {terms.credits === 0 && terms.month_card ? (
            say('products.daily', {
              n: terms.month_card.daily_credits,
              days: terms.month_card.days,
            })
          ) : (
            <Credits amount={terms.credits + flatBonus(terms)} />
          )}
          {flatBonus(terms) > 0 && (
            <span className="block text-small text-soft">
              {say('products.with_bonus', { n: flatBonus(terms) })}
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'version',
      header: say('products.version'),
      align: 'right',
      from: 'lg',
      cell: (one) => one.version,
    },
    {
      id: 'published',
      header: say('products.published'),
      align: 'right',
      from: 'lg',
      cell: (one) => <RelativeTime at={one.published_at} />,
    },
  ]
}

/** What everybody gets on top, whatever they paid. */
const flatBonus = ({ bonus }: Product['terms']): number =>
  bonus.kind === 'flat' ? bonus.credits : 0
