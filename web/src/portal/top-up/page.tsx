import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Card } from '~/kit/card.tsx'
import { Segments } from '~/kit/choice.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { Skeleton, SkeletonLines } from '~/kit/skeleton.tsx'
import { type Product, productsQuery } from '~/portal/answers.ts'
import { currenciesOf, currencyHere, inCurrency } from '~/portal/offers.ts'
import { OpenPayment } from '~/portal/open-payment.tsx'
import { OrderCard } from '~/portal/top-up/order-card.tsx'
import { Packages } from '~/portal/top-up/packages.tsx'
import { PayDialog } from '~/portal/top-up/pay-dialog.tsx'
import type { TopUpSearch } from '~/portal/top-up/search.ts'
import { useWays } from '~/portal/top-up/use-ways.ts'
import { WayChoice } from '~/portal/top-up/way-choice.tsx'
import { useLanguage, useWords } from '~/words/words.ts'

/** The address of this page, and a way to change parts of it. */
function useTopUpSearch() {
  const search = useSearch({ from: '/portal/top-up' })
  const navigate = useNavigate({ from: '/top-up' })
  const change = (part: TopUpSearch) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true })
  return { search, change }
}

export function TopUpPage() {
  const say = useWords('top-up')
  const { search, change } = useTopUpSearch()
  const query = useQuery(productsQuery)
  return (
    <>
      <PageHeader title={say('title')} more={say('hint')} />
      <div className="grid gap-4 lg:gap-6">
        {search.payment === undefined && <OpenPayment />}
        <DataBlock
          query={query}
          skeleton={<Waiting />}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <Card>
              <EmptyState
                icon="tag"
                title={say('packages.empty')}
                more={say('packages.empty_hint')}
              />
            </Card>
          }
        >
          {({ items }) => <Counter products={items} search={search} change={change} />}
        </DataBlock>
      </div>
      <PayDialog
        id={search.payment}
        onClose={() => change({ payment: undefined })}
        onOther={(payment) => change({ payment })}
      />
    </>
  )
}

interface CounterProps {
  readonly products: readonly Product[]
  readonly search: TopUpSearch
  readonly change: (part: TopUpSearch) => void
}

function Counter({ products, search, change }: CounterProps) {
  const say = useWords('top-up')
  const currencies = currenciesOf(products)
  const here = currencyHere(products, useLanguage())
  const currency =
    search.currency !== undefined && currencies.includes(search.currency) ? search.currency : here
  const offers = inCurrency(products, currency)
  const chosen = offers.find(({ product }) => product.product_id === search.product)
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[3fr_2fr] lg:gap-6">
      <Card
        title={say('packages')}
        aside={
          currencies.length > 1 && (
            <Segments
              label={say('currency')}
              value={currency}
              onChange={(next) => change({ currency: next, way: undefined })}
              options={currencies.map((value) => ({ value, label: value }))}
            />
          )
        }
      >
        <Packages
          products={products}
          currency={currency}
          chosen={chosen?.product.product_id}
          onChoose={(product) => change({ product })}
        />
      </Card>
      {chosen ? (
        <Order offer={chosen} currency={currency} search={search} change={change} />
      ) : (
        <Card title={say('quote')}>
          <p className="text-soft">{say('quote.pick')}</p>
        </Card>
      )}
    </div>
  )
}

interface OrderProps {
  readonly offer: { readonly product: Product; readonly amount: number }
  readonly currency: string
  readonly search: TopUpSearch
  readonly change: (part: TopUpSearch) => void
}

/** How it is paid stands under the packages, what it comes to beside them; on a phone one under the other. */
function Order({ offer: { product, amount }, currency, search, change }: OrderProps) {
  const say = useWords('top-up')
  const ways = useWays({ amount, currency, channels: product.channels })
  const way = ways.data?.find(({ name }) => name === search.way) ?? ways.data?.[0]
  return (
    <>
      <div className="lg:col-start-1">
        <Card title={say('ways')}>
          <DataBlock query={ways}>
            {(open) => (
              <WayChoice ways={open} value={way?.name} onChange={(name) => change({ way: name })} />
            )}
          </DataBlock>
        </Card>
      </div>
      <div className="lg:sticky lg:top-6 lg:col-start-2 lg:row-span-2 lg:row-start-1">
        <OrderCard
          product={product}
          currency={currency}
          way={way}
          onPayment={(payment) => change({ payment })}
        />
      </div>
    </>
  )
}

const PACKAGES_USUAL = 4

function Waiting() {
  const say = useWords('top-up')
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[3fr_2fr] lg:gap-6">
      <Card title={say('packages')}>
        <div className="grid gap-3">
          {Array.from({ length: PACKAGES_USUAL }, (_, nth) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: all alike, and none ever moves.
            <Skeleton key={nth} className="h-20 w-full" />
          ))}
        </div>
      </Card>
      <Card title={say('quote')}>
        <SkeletonLines lines={2} />
      </Card>
    </div>
  )
}
