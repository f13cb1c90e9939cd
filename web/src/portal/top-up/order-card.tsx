import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Money } from '~/kit/amounts.tsx'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Checkbox } from '~/kit/choice.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { useFormat } from '~/kit/format.ts'
import { ProblemNote } from '~/kit/notes.tsx'
import { type Product, quoteQuery } from '~/portal/answers.ts'
import type { Way, WayName } from '~/portal/top-up/pay-ways.ts'
import { QuoteLines } from '~/portal/top-up/quote-lines.tsx'
import { usePay } from '~/portal/top-up/use-pay.ts'
import { useWays } from '~/portal/top-up/use-ways.ts'
import { WayChoice } from '~/portal/top-up/way-choice.tsx'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly offer: { readonly product: Product; readonly amount: number } | undefined
  readonly currency: string
  readonly way: WayName | undefined
  readonly onWay: (way: WayName) => void
  readonly onPayment: (id: string) => void
}

export function OrderCard({ offer, ...rest }: Props) {
  const say = useWords('top-up')
  return (
    <Card title={say('quote')}>
      {offer ? <Order offer={offer} {...rest} /> : <p className="text-soft">{say('quote.pick')}</p>}
    </Card>
  )
}

type OrderProps = Props & { readonly offer: NonNullable<Props['offer']> }

function Order({ offer: { product, amount }, currency, way, onWay, onPayment }: OrderProps) {
  const quote = useQuery(quoteQuery(product.product_id, currency))
  const ways = useWays({ amount, currency, channels: product.channels })
  return (
    <div className="grid gap-6">
      <DataBlock query={quote}>
        {(data) => <QuoteLines quote={data} isOld={quote.isPlaceholderData} />}
      </DataBlock>
      <DataBlock query={ways}>
        {(open) => {
          const chosen = open.find(({ name }) => name === way) ?? open[0]
          return (
            <>
              <WayChoice ways={open} value={chosen?.name} onChange={onWay} />
              {chosen && quote.data && (
                <PayButton
                  key={`${product.product_id} ${chosen.name}`}
                  way={chosen}
                  product={product.product_id}
                  quote={{ amount: quote.data.amount, currency: quote.data.currency }}
                  waits={quote.isPlaceholderData || quote.isError}
                  onPayment={onPayment}
                />
              )}
            </>
          )
        }}
      </DataBlock>
    </div>
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
  const start = () =>
    pay.mutate({
      ...{ product_id: product, currency: quote.currency, pay_channel: way.channel },
      method: saves && way.name === 'stripe.checkout' ? 'checkout_save' : way.method,
    })
  const id = useId()
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
        aria-describedby={id}
      >
        {isAtOnce ? say('pay.at_once', { price }) : say('pay', { price })}
      </Button>
      <span id={id} className="sr-only">
        <Money amount={quote.amount} currency={quote.currency} />
      </span>
    </div>
  )
}
