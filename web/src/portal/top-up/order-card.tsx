import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useHouseNow } from '~/app/clock.ts'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Checkbox } from '~/kit/choice.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { useFormat } from '~/kit/format.ts'
import { ProblemNote } from '~/kit/notes.tsx'
import { SkeletonLines } from '~/kit/skeleton.tsx'
import { type Product, paymentsQuery, quoteQuery } from '~/portal/answers.ts'
import type { Way } from '~/portal/top-up/pay-ways.ts'
import { stageOf } from '~/portal/top-up/payment-stage.ts'
import { QuoteLines } from '~/portal/top-up/quote-lines.tsx'
import { usePay } from '~/portal/top-up/use-pay.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly product: Product
  readonly currency: string
  /** Undefined where none is open, or none is known yet. */
  readonly way: Way | undefined
  readonly onPayment: (id: string) => void
}

/** What is bought, line by line, and the button that orders it. */
export function OrderCard({ product, currency, way, onPayment }: Props) {
  const say = useWords('top-up')
  const quote = useQuery(quoteQuery(product.product_id, currency))
  return (
    <Card title={say('quote')}>
      <div className="grid gap-6">
        <DataBlock query={quote} skeleton={<SkeletonLines lines={5} />}>
          {(data) => <QuoteLines quote={data} isOld={quote.isPlaceholderData} />}
        </DataBlock>
        {way && quote.data && (
          <PayButton
            key={`${product.product_id} ${currency} ${way.name}`}
            way={way}
            product={product.product_id}
            quote={{ amount: quote.data.amount, currency: quote.data.currency }}
            waits={quote.isPlaceholderData || quote.isError}
            onPayment={onPayment}
          />
        )}
      </div>
    </Card>
  )
}

interface PayProps {
  readonly way: Way
  readonly product: number
  readonly quote: { readonly amount: number; readonly currency: string }
  /** What it costs is being asked for anew. */
  readonly waits: boolean
  readonly onPayment: (id: string) => void
}

function PayButton({ way, product, quote, waits, onPayment }: PayProps) {
  const say = useWords('top-up')
  const format = useFormat()
  const [saves, setSaves] = useState(false)
  const pay = usePay(onPayment)
  const price = format.money(quote.amount, quote.currency)
  const isAtOnce = way.method === 'saved_card' || way.method === 'balance'
  const method = saves && way.name === 'stripe.checkout' ? 'checkout_save' : way.method
  const open = useOpenAlready({ ...quote, product, channel: way.channel, method })
  const start = () => {
    if (open) return onPayment(open)
    pay.mutate({
      ...{ product_id: product, currency: quote.currency, pay_channel: way.channel, method },
    })
  }
  return (
    <div className="grid gap-3">
      {way.name === 'stripe.checkout' && (
        <Checkbox
          label={say('way.save_card')}
          checked={saves}
          onChange={({ target }) => setSaves(target.checked)}
        />
      )}
      {pay.error && (
        <ProblemNote error={pay.error} of="acting" onRetry={start} retrying={pay.isPending} />
      )}
      <Button
        wide
        size="large"
        look="primary"
        busy={pay.isPending}
        disabled={waits}
        onClick={start}
      >
        {isAtOnce ? say('pay.at_once', { price }) : say('pay', { price })}
      </Button>
    </div>
  )
}

interface Same {
  readonly product: number
  readonly amount: number
  readonly currency: string
  readonly channel: string
  readonly method: string
}

/** Whoever has just opened the same payment comes back to it: two of them would both be paid in the end. */
function useOpenAlready({ product, amount, currency, channel, method }: Same): string | undefined {
  const now = useHouseNow(LOOK_EVERY_MS)
  const { data } = useInfiniteQuery(paymentsQuery)
  return data?.find(
    (one) =>
      one.product_id === product &&
      one.amount === amount &&
      one.currency === currency &&
      one.pay_channel === channel &&
      one.method === method &&
      ['waiting', 'charging'].includes(stageOf(one, now)),
  )?.payment_id
}

const LOOK_EVERY_MS = 15_000
