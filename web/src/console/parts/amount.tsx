import { Credits, Money } from '~/kit/amounts.tsx'
import { Chip } from '~/kit/chip.tsx'
import { useFormat } from '~/kit/format.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly amount: number
  /** An asset of the ledger. */
  readonly asset: string
  readonly signed?: boolean
}

const CURRENCY_OF: Readonly<Record<string, string>> = { cny: 'CNY' }

/** An amount of the ledger: credits with their glyph, money as money. */
export function Amount({ amount, asset, signed = false }: Props) {
  const say = useWords('console')
  const format = useFormat()
  const currency = CURRENCY_OF[asset]
  if (currency !== undefined) return <Money amount={amount} currency={currency} />
  if (asset === 'coin') return <span className="tabular">{format.number(amount / 100)}</span>
  return (
    <span className="inline-flex items-baseline gap-1.5">
      <Credits amount={amount} signed={signed || amount < 0} />
      {asset === 'test_credit' && <span className="text-tiny text-soft">{say('asset.test')}</span>}
    </span>
  )
}

/** Whether it is money at all. */
export function ModeChip({ livemode }: { readonly livemode: boolean }) {
  const say = useWords('console')
  return livemode ? null : (
    <Chip tone="warn" icon="flask">
      {say('mode.test')}
    </Chip>
  )
}
