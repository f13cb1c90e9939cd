import { Credits, Money } from '~/kit/amounts.tsx'
import { Chip } from '~/kit/chip.tsx'
import { RadioCards } from '~/kit/choice.tsx'
import { useFormat } from '~/kit/format.ts'
import type { Product } from '~/portal/answers.ts'
import { bestOf, inCurrency } from '~/portal/offers.ts'
import { perHundred } from '~/portal/top-up/best-value.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly products: readonly Product[]
  readonly currency: string
  readonly chosen: number | undefined
  readonly onChoose: (product: number) => void
}

export function Packages({ products, currency, chosen, onChoose }: Props) {
  const say = useWords('top-up')
  const best = bestOf(products, currency)
  return (
    <RadioCards
      hideLegend
      legend={say('packages')}
      value={chosen === undefined ? undefined : String(chosen)}
      onChange={(id) => onChoose(Number(id))}
      options={inCurrency(products, currency).map(({ product, amount }) => ({
        value: String(product.product_id),
        label: <span className="text-lead">{product.name}</span>,
        hint: (
          <Hint
            product={product}
            amount={amount}
            currency={currency}
            isBest={product.product_id === best}
          />
        ),
        aside: <Money amount={amount} currency={currency} className="text-lead font-semibold" />,
      }))}
    />
  )
}

interface HintProps {
  readonly product: Product
  readonly amount: number
  readonly currency: string
  readonly isBest: boolean
}

function Hint({ product, amount, currency, isBest }: HintProps) {
  const say = useWords('top-up')
  const format = useFormat()
  const { total_credits: credits, bonus_credits, per_user_limit, sale_until } = product
  const price = format.money(
    Math.round(perHundred({ id: product.product_id, amount, credits })),
    currency,
  )
  const more = [
    ...(bonus_credits > 0 ? [say('package.bonus', { amount: format.number(bonus_credits) })] : []),
    ...(credits > 0 ? [say('package.unit', { price })] : []),
    ...(per_user_limit === null ? [] : [say('package.limit', { count: per_user_limit })]),
    ...(sale_until === null ? [] : [say('package.until', { day: format.date(sale_until) })]),
  ]
  return (
    <>
      <span className="flex flex-wrap gap-x-3">
        {credits > 0 && <Credits amount={credits} className="font-semibold text-ink" />}
        {more.map((one) => (
          <span key={one} className="whitespace-nowrap">
            {one}
          </span>
        ))}
      </span>
      {(isBest || product.first_purchase_double) && (
        <span className="mt-1 flex flex-wrap gap-1.5">
          {isBest && <Chip tone="bronze">{say('package.best')}</Chip>}
          {product.first_purchase_double && <Chip>{say('package.first')}</Chip>}
        </span>
      )}
    </>
  )
}
