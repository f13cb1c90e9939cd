import { useQuery } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { useState } from 'react'
import { Problem } from '~/app/problem.ts'
import { balanceQuery } from '~/app/queries.ts'
import { Credits, Money } from '~/kit/amounts.tsx'
import { Button } from '~/kit/button.tsx'
import { Facts } from '~/kit/card.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { Note } from '~/kit/notes.tsx'
import { type Payment, refundQuoteQuery } from '~/portal/answers.ts'
import { useWords } from '~/words/words.ts'

const WHYS = ['too_late', 'used', 'refunded', 'sent_back', 'not_paid'] as const

/** What a refund would give now, by the terms of the product. Nothing happens; staff make refunds. */
export function RefundEstimate({ payment }: { readonly payment: Payment }) {
  const say = useWords('billing')
  const [asked, setAsked] = useState(false)
  const { data: balance } = useQuery(balanceQuery)
  // Each spent credit and each refund makes it another one.
  const standing = `${payment.refunded} ${balance?.available} ${balance?.held}`
  const quote = useQuery({
    ...refundQuoteQuery(payment.payment_id, standing),
    enabled: asked,
  })
  const why = whyNot(quote.error)
  return (
    <section className="grid gap-3">
      <h3 className="font-semibold">{say('quote.title')}</h3>
      {!asked && (
        <div>
          <Button size="small" onClick={() => setAsked(true)}>
            {say('quote.ask')}
          </Button>
        </div>
      )}
      {why !== undefined && <Note>{say(`quote.no.${why}`)}</Note>}
      {asked && why === undefined && (
        <DataBlock query={quote}>{(data) => <Estimate quote={data} />}</DataBlock>
      )}
    </section>
  )
}

function Estimate({ quote }: { readonly quote: Answer<'quote_refund'> }) {
  const say = useWords('billing')
  const { cash_back, fee, currency, credits_taken, debt } = quote
  const cash = <Money amount={cash_back} currency={currency} className="font-semibold" />
  return (
    <>
      <Facts
        items={[
          { term: say('quote.cash'), value: cash },
          ...(fee > 0
            ? [{ term: say('quote.fee'), value: <Money amount={fee} currency={currency} /> }]
            : []),
          { term: say('quote.taken'), value: <Credits amount={credits_taken} /> },
          ...(debt > 0 ? [{ term: say('quote.debt'), value: <Credits amount={debt} /> }] : []),
        ]}
      />
      <p className="text-small text-soft">{say('quote.how')}</p>
    </>
  )
}

/** That nothing can be refunded is an answer, not a fault. */
function whyNot(error: unknown): (typeof WHYS)[number] | undefined {
  if (!(error instanceof Problem) || error.code !== 'refund_not_offered') return undefined
  return WHYS.find((one) => one === error.facts['why'])
}
