import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Credits, Money } from '~/kit/amounts.tsx'
import { Card } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { Icon } from '~/kit/icons.tsx'
import { Skeleton } from '~/kit/skeleton.tsx'
import { type Product, productsQuery } from '~/portal/answers.ts'
import { bestOf, currencyHere, inCurrency } from '~/portal/offers.ts'
import { useLanguage, useWords } from '~/words/words.ts'

const SHOWN_MAX = 3

export function QuickTopUp() {
  const say = useWords('portal')
  const query = useQuery(productsQuery)
  return (
    <Card
      bare
      title={say('home.quick')}
      aside={
        <Link to="/top-up" className="text-small text-soft underline underline-offset-4">
          {say('home.quick_all')}
        </Link>
      }
    >
      <div className="px-4 pb-4 sm:px-6 sm:pb-5">
        <DataBlock
          query={query}
          skeleton={<Waiting />}
          isEmpty={({ items }) => items.length === 0}
          empty={<EmptyState title={say('home.quick_empty')} icon="tag" />}
        >
          {({ items }) => <Packages products={items} />}
        </DataBlock>
      </div>
    </Card>
  )
}

const Waiting = () => (
  <div className="grid gap-2">
    {Array.from({ length: SHOWN_MAX }, (_, nth) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: all alike, and none ever moves.
      <Skeleton key={nth} className="h-14 w-full" />
    ))}
  </div>
)

function Packages({ products }: { readonly products: readonly Product[] }) {
  const say = useWords('portal')
  const currency = currencyHere(products, useLanguage())
  const best = bestOf(products, currency)
  return (
    <ul className="grid gap-2">
      {inCurrency(products, currency)
        .slice(0, SHOWN_MAX)
        .map(({ product, amount }) => (
          <li key={product.product_id}>
            <Link
              to="/top-up"
              search={{ product: product.product_id }}
              className="flex min-h-14 items-center gap-3 rounded-control border border-line px-4 py-2 hover:bg-sunken"
            >
              <span className="grid min-w-0 flex-1">
                <span className="font-semibold">{product.name}</span>
                <Credits amount={product.total_credits} className="text-small text-soft" />
                {product.product_id === best && (
                  <span className="mt-0.5">
                    <Chip tone="bronze">{say('home.best')}</Chip>
                  </span>
                )}
              </span>
              <Money amount={amount} currency={currency} />
              <Icon name="right" className="size-4 text-soft" />
            </Link>
          </li>
        ))}
    </ul>
  )
}
