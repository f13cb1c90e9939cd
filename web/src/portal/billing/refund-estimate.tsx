import { useMutation } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { Problem } from '~/app/problem.ts'
import { Credits, Money } from '~/kit/amounts.tsx'
import { Button } from '~/kit/button.tsx'
import { Facts } from '~/kit/card.tsx'
import { Note, ProblemNote } from '~/kit/notes.tsx'
import type { Payment } from '~/portal/answers.ts'
import { useWords } from '~/words/words.ts'

const WHYS = ['too_late', 'used', 'refunded', 'sent_back', 'not_paid'] as const

/** What a refund would give now, by the terms of the product. Nothing happens; staff make refunds. */
export function RefundEstimate({ payment }: { readonly payment: Payment }) {
  const say = useWords('billing')
  const quote = useMutation({
    mutationFn: () =>
      api.post('/api/v1/payments/{id}/refunds/quote', {
        path: { id: payment.payment_id },
        body: {},
      }),
  })
  const why = whyNot(quote.error)
  return (
    <section className="grid gap-3">
      <h3 className="font-semibold">{say('quote.title')}</h3>
      {!quote.isSuccess && (
        <div>
          <Button size="small" busy={quote.isPending} onClick={() => quote.mutate()}>
            {say('quote.ask')}
          </Button>
        </div>
      )}
      {why !== undefined && <Note>{say(`quote.no.${why}`)}</Note>}
      {quote.isError && why === undefined && <ProblemNote error={quote.error} />}
      {quote.isSuccess && <Estimate quote={quote.data} />}
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
