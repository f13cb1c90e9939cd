import type { Body } from '@tongbao/sdk'
import { type ReactNode, useContext } from 'react'
import { useTerm } from '~/console/parts/term.ts'
import { ChannelsField } from '~/console/products/channels-field.tsx'
import { PricesFields } from '~/console/products/prices-fields.tsx'
import { type Terms, wholeOf } from '~/console/products/terms.ts'
import { Checkbox, Switch } from '~/kit/choice.tsx'
import { Input, Select } from '~/kit/field.tsx'
import { TimeZone, useFormat } from '~/kit/format.ts'
import { MoneyInput } from '~/kit/money-input.tsx'
import { momentOf, shownAt } from '~/kit/zones.ts'
import { type Key, useWords } from '~/words/words.ts'

type ProductType = Body<'add_product'>['product_type']
const TYPES: readonly ProductType[] = [
  ...(['recharge', 'month_card', 'plan', 'promoter_activation', 'bundle'] as const),
]
const BP = 100

interface Props {
  readonly terms: Terms
  readonly onChange: (terms: Terms) => void
  readonly type: ProductType
  /** Undefined where the product is there already: its type is for ever. */
  readonly onType: ((type: ProductType) => void) | undefined
}

const CARD = { days: 30, daily_credits: 30 }

export function TermsForm({ terms, onChange, type, onType }: Props) {
  const set = (more: Partial<Terms>) => onChange({ ...terms, ...more })
  const become = (next: ProductType) => {
    onType?.(next)
    // What the form shows is what is sent: a card from the start, and none where no card is asked for.
    set({ month_card: next === 'month_card' ? CARD : null })
  }
  return (
    <>
      {onType && <TypeField type={type} onType={become} />}
      <Names terms={terms} set={set} />
      <PricesFields terms={terms} set={set} />
      {type === 'month_card' && <MonthCard terms={terms} set={set} />}
      <Limits terms={terms} set={set} />
      <Refunds terms={terms} set={set} />
    </>
  )
}

export interface PartProps {
  readonly terms: Terms
  readonly set: (more: Partial<Terms>) => void
}

interface PartOf {
  readonly word: Key<'console'>
  readonly children: ReactNode
}

export function Part({ word, children }: PartOf) {
  const say = useWords('console')
  return (
    <section className="grid gap-4">
      <h3 className="font-semibold">{say(word)}</h3>
      {children}
    </section>
  )
}

function TypeField({
  type,
  onType,
}: Required<Pick<Props, 'type'>> & { onType: (type: ProductType) => void }) {
  const say = useWords('console')
  const term = useTerm()
  return (
    <Select
      label={say('products.type')}
      hint={say('products.type_hint')}
      value={type}
      options={TYPES.map((value) => ({ value, label: term('type', value) }))}
      onChange={(event) => onType(TYPES.find((one) => one === event.target.value) ?? 'recharge')}
    />
  )
}

function Names({ terms, set }: PartProps) {
  const say = useWords('console')
  return (
    <Part word="products.texts">
      <div className="grid items-start gap-4 *:min-w-0 sm:grid-cols-2">
        {(['zh', 'en'] as const).map((tongue) => (
          <Input
            key={tongue}
            label={say(`products.name_${tongue}`)}
            lang={tongue}
            required
            value={terms.name[tongue]}
            onChange={(event) => set({ name: { ...terms.name, [tongue]: event.target.value } })}
          />
        ))}
        {(['zh', 'en'] as const).map((tongue) => (
          <Input
            key={tongue}
            label={say(`products.blurb_${tongue}`)}
            lang={tongue}
            value={terms.blurb[tongue]}
            onChange={(event) => set({ blurb: { ...terms.blurb, [tongue]: event.target.value } })}
          />
        ))}
      </div>
    </Part>
  )
}

function MonthCard({ terms, set }: PartProps) {
  const say = useWords('console')
  const card = terms.month_card ?? CARD
  return (
    <Part word="products.month_card">
      <div className="grid items-start gap-4 *:min-w-0 sm:grid-cols-2">
        {(['days', 'daily_credits'] as const).map((name) => (
          <Input
            key={name}
            label={say(`products.${name}`)}
            figures
            inputMode="numeric"
            value={card[name]}
            onChange={(event) =>
              set({ month_card: { ...card, [name]: wholeOf(event.target.value) } })
            }
          />
        ))}
      </div>
    </Part>
  )
}

function Limits({ terms, set }: PartProps) {
  const say = useWords('console')
  const zone = useContext(TimeZone)
  const shownIn = (at: string | null) => (at === null ? '' : shownAt(at, zone))
  const momentIn = (shown: string) => (shown === '' ? null : momentOf(shown, zone))
  return (
    <Part word="products.limits">
      <Switch
        label={say('products.active')}
        hint={say('products.active_hint')}
        checked={terms.active}
        onChange={(event) => set({ active: event.target.checked })}
      />
      <div className="grid items-start gap-4 *:min-w-0 sm:grid-cols-2">
        <Input
          label={say('products.per_user')}
          hint={say('products.per_user_hint')}
          figures
          inputMode="numeric"
          value={terms.per_user_limit ?? ''}
          onChange={(event) =>
            set({ per_user_limit: event.target.value === '' ? null : wholeOf(event.target.value) })
          }
        />
        <Input
          label={say('products.sort')}
          figures
          inputMode="numeric"
          value={terms.sort}
          onChange={(event) => set({ sort: wholeOf(event.target.value) })}
        />
        {(['from', 'until'] as const).map((name) => (
          <Input
            key={name}
            type="datetime-local"
            label={say(`products.sale_${name}`)}
            value={shownIn(terms.sale[name])}
            onChange={(event) =>
              set({ sale: { ...terms.sale, [name]: momentIn(event.target.value) } })
            }
          />
        ))}
      </div>
      <ChannelsField terms={terms} set={set} />
    </Part>
  )
}

function Refunds({ terms, set }: PartProps) {
  const say = useWords('console')
  const { money } = useFormat()
  const { refund, prices } = terms
  const currency = prices[0]?.currency ?? 'CNY'
  const { minimum_minor } = refund.fee
  const feeInEach = prices.map((one) => money(minimum_minor, one.currency))
  return (
    <Part word="products.refunds">
      <div className="grid items-start gap-4 *:min-w-0 sm:grid-cols-3">
        <Input
          label={say('products.window_days')}
          hint={say('products.window_hint')}
          figures
          inputMode="numeric"
          value={refund.window_days}
          onChange={(event) =>
            set({ refund: { ...refund, window_days: wholeOf(event.target.value) } })
          }
        />
        <Input
          label={say('products.fee_percent')}
          figures
          inputMode="decimal"
          type="number"
          min={0}
          max={100}
          step={0.01}
          value={refund.fee.percent_bp / BP}
          onChange={(event) =>
            set({
              refund: {
                ...refund,
                fee: { ...refund.fee, percent_bp: Math.round(Number(event.target.value) * BP) },
              },
            })
          }
        />
        <MoneyInput
          label={say('products.fee_minimum')}
          aside={currency}
          {...(minimum_minor > 0 &&
            feeInEach.length > 1 && {
              hint: say('products.fee_each', { amounts: feeInEach.join(' · ') }),
            })}
          currency={currency}
          amount={refund.fee.minimum_minor}
          min={0}
          onAmount={(minimum_minor) =>
            set({ refund: { ...refund, fee: { ...refund.fee, minimum_minor } } })
          }
        />
      </div>
      <Checkbox
        label={say('products.pro_rata')}
        hint={say('products.pro_rata_hint')}
        checked={refund.pro_rata}
        onChange={(event) => set({ refund: { ...refund, pro_rata: event.target.checked } })}
      />
    </Part>
  )
}
