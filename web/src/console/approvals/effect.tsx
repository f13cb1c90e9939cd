import type { ReactNode } from 'react'
import type { Proposal } from '~/console/approvals/page.tsx'
import { Amount } from '~/console/parts/amount.tsx'
import { OrderLink, OwnerLink } from '~/console/parts/links.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Money } from '~/kit/amounts.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { DateTime } from '~/kit/times.tsx'
import { type Key, useWords } from '~/words/words.ts'

/** What it moves, in one amount. */
export function EffectLine({ proposal: { payload } }: { readonly proposal: Proposal }) {
  const { amount, asset, currency } = payload
  if (typeof amount !== 'number') return null
  if (typeof asset === 'string') return <Amount amount={amount} asset={asset} signed />
  if (typeof currency === 'string') return <Money amount={amount} currency={currency} />
  return null
}

/** Whom it is about, where it is about somebody. */
export const ownerOf = ({ payload: { owner_id: owner } }: Proposal): string | undefined =>
  typeof owner === 'string' ? owner : undefined

const NAMES: Readonly<Record<string, Key<'console'>>> = {
  owner_id: 'orders.owner',
  order_id: 'orders.id',
  amount: 'orders.amount',
  source: 'lots.source',
  expires_at: 'lots.expires',
  refund_id: 'refunds.one',
  payment_id: 'payments.one',
  reference: 'approvals.reference',
  paid_at: 'orders.paid_at',
  channel: 'orders.channel',
  outcome: 'approvals.outcome',
}
/** Said together with the amount, or of no use to whoever decides. */
const SAID = new Set(['asset', 'currency', 'priority', 'refundable'])

/** What exactly is to be done, in words. */
export function useEffectFacts(): (proposal: Proposal) => { term: string; value: ReactNode }[] {
  const say = useWords('console')
  const term = useTerm()
  return (proposal) =>
    Object.entries(proposal.payload)
      .filter(([name]) => !SAID.has(name))
      .map(([name, value]) => {
        const word = NAMES[name]
        return {
          term: word === undefined ? name : say(word),
          value: factOf(name, value, proposal, term),
        }
      })
}

function factOf(
  name: string,
  value: unknown,
  proposal: Proposal,
  term: ReturnType<typeof useTerm>,
): ReactNode {
  const text = String(value)
  if (name === 'owner_id') return <OwnerLink id={text} />
  if (name === 'order_id') return <OrderLink id={text} />
  if (name === 'amount') return <EffectLine proposal={proposal} />
  if (name === 'source') return term('source', text)
  if (name === 'outcome') return term('state', text)
  if (name.endsWith('_at')) return <DateTime at={text} />
  return name.endsWith('_id') ? <CopyId text={text} /> : text
}
