import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { useDeferredValue, useState } from 'react'
import { api, useIntent } from '~/app/api.ts'
import { faultOf, Problem } from '~/app/problem.ts'
import type { Story } from '~/console/orders/order-page.tsx'
import { Amount } from '~/console/parts/amount.tsx'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import { Money } from '~/kit/amounts.tsx'
import { Checkbox } from '~/kit/choice.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { Input } from '~/kit/field.tsx'
import { useFormat } from '~/kit/format.ts'
import { digitsOf, minorOf } from '~/kit/minor.ts'
import { Note } from '~/kit/notes.tsx'
import { SkeletonLines } from '~/kit/skeleton.tsx'
import { tell } from '~/kit/toast.tsx'
import { useWords } from '~/words/words.ts'

type Quote = Answer<'quote_refund'>

interface Props {
  readonly order: Story['order']
  readonly paymentId: string
  readonly onClose: () => void
}

/** What would go back and what it would take, before anybody agrees to it. */
export function RefundDialog({ order, paymentId, onClose }: Props) {
  const say = useWords('console')
  const queries = useQueryClient()
  const format = useFormat()
  const { key } = useIntent()
  const [text, setText] = useState('')
  const [allowsDebt, setAllowsDebt] = useState(false)
  const minor = minorIn(text, order.currency)
  const bent = useBent(minor, order)
  const wanted = useDeferredValue(minor)
  const quote = useQuery({
    queryKey: ['refund-quote', paymentId, wanted],
    queryFn: ({ signal }) =>
      api.post('/api/v1/payments/{id}/refunds/quote', {
        path: { id: paymentId },
        body: typeof wanted === 'number' ? { amount: wanted } : {},
        signal,
      }),
    enabled: wanted !== 'bent' && bent === undefined,
    placeholderData: (before) => before,
    staleTime: 0,
  })
  const refund = useMutation({
    mutationFn: (reason: string) =>
      api.post('/api/v1/payments/{id}/refunds', {
        path: { id: paymentId },
        body: {
          ...(typeof minor === 'number' && { amount: minor }),
          ...{ allow_debt: allowsDebt, reason },
        },
        key,
      }),
    onSuccess: ({ status, amount, currency }) => {
      const waits = status === 'requested'
      const what = say('refund.of', { amount: format.money(amount, currency) })
      tell(
        waits
          ? { tone: 'note', title: say('act.waits'), more: say('act.waits_for', { what }) }
          : { title: say('refund.begun'), more: say('refund.begun_more', { what }) },
      )
      void queries.invalidateQueries()
      onClose()
    },
  })
  const debt = quote.data?.debt ?? 0
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => refund.mutate(reason)}
      title={say('refund.title')}
      more={say('refund.more')}
      act={say('refund.act')}
      danger
      isSeen
      busy={refund.isPending}
      error={refund.error}
      blocked={bent !== undefined || !quote.data || quote.isError || (debt > 0 && !allowsDebt)}
    >
      {(asked) => (
        <>
          <Input
            label={say('refund.amount')}
            hint={say('refund.amount_hint')}
            aside={say('optional')}
            inputMode="decimal"
            figures
            value={text}
            before={order.currency}
            fault={bent ?? faultOf(refund.error, 'amount')}
            onChange={(event) => setText(event.target.value)}
          />
          {bent === undefined && <Offered query={quote} asset={order.asset} />}
          {bent === undefined && debt > 0 && (
            <Debt lacks={asked && !allowsDebt} agreed={allowsDebt} onAgree={setAllowsDebt} />
          )}
        </>
      )}
    </ReasonDialog>
  )
}

interface DebtProps {
  readonly agreed: boolean
  readonly lacks: boolean
  readonly onAgree: (agreed: boolean) => void
}

function Debt({ agreed, lacks, onAgree }: DebtProps) {
  const say = useWords('console')
  return (
    <>
      <Note tone="warn">{say('refund.debt_note')}</Note>
      <Checkbox
        label={say('refund.allow_debt')}
        checked={agreed}
        fault={lacks ? say('refund.debt_missing') : undefined}
        onChange={(event) => onAgree(event.target.checked)}
      />
    </>
  )
}

/** What is wrong with the amount; nothing where nothing is. */
function useBent(
  minor: number | undefined | 'bent',
  { amount, refunded, underway, currency }: Story['order'],
): string | undefined {
  const say = useWords('console')
  const format = useFormat()
  const left = amount - refunded - underway
  if (minor === 'bent') return say('amount.money')
  if (minor === undefined || minor <= left) return undefined
  return say('refund.too_much', { left: format.money(left, currency) })
}

interface OfferedProps {
  readonly query: UseQueryResult<Quote>
  readonly asset: string
}

function Offered({ query, asset }: OfferedProps) {
  const say = useWords('console')
  const why = whyNot(query.error)
  if (why !== undefined) return <Note tone="warn">{say(`refund.no_${why}`)}</Note>
  return (
    <DataBlock query={query} skeleton={<SkeletonLines />}>
      {(told) => <Quoted quote={told} asset={asset} />}
    </DataBlock>
  )
}

const WHYS = ['too_late', 'used'] as const

/** That the terms offer nothing binds nobody who names an amount. */
function whyNot(error: unknown): (typeof WHYS)[number] | undefined {
  if (!(error instanceof Problem) || error.code !== 'refund_not_offered') return undefined
  return WHYS.find((one) => one === error.facts['why'])
}

/** Minor units of what was typed; nothing where nothing was. */
const minorIn = (text: string, currency: string): number | undefined | 'bent' =>
  text.trim() === '' ? undefined : minorOf(text, digitsOf(currency)) || 'bent'

function Quoted({ quote, asset }: { readonly quote: Quote; readonly asset: string }) {
  const say = useWords('console')
  const lines = [
    [say('refund.cash_back'), <Money key="m" amount={quote.cash_back} currency={quote.currency} />],
    ...(quote.fee > 0
      ? [[say('refund.fee'), <Money key="f" amount={quote.fee} currency={quote.currency} />]]
      : []),
    [say('refund.credits_taken'), <Amount key="c" amount={quote.credits_taken} asset={asset} />],
    [say('refund.debt'), <Amount key="d" amount={quote.debt} asset={asset} />],
  ] as const
  return (
    <dl className="grid gap-1 rounded-control bg-sunken p-3">
      {lines.map(([term, value]) => (
        <div key={String(term)} className="flex justify-between gap-3">
          <dt className="text-soft">{term}</dt>
          <dd className="font-semibold">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
