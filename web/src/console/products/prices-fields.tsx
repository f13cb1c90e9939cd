import { CurrencySelect } from '~/console/products/currency-select.tsx'
import { reckonedIn, sameFigure, type Terms, wholeOf } from '~/console/products/terms.ts'
import { Part, type PartProps } from '~/console/products/terms-form.tsx'
import { Button, IconButton } from '~/kit/button.tsx'
import { Checkbox, Segments } from '~/kit/choice.tsx'
import { Input } from '~/kit/field.tsx'
import { MoneyInput } from '~/kit/money-input.tsx'
import { useWords } from '~/words/words.ts'

/** At the height of what is typed, whatever is said under it. */
const BESIDE_FIELD = 'pt-8'
const CURRENCIES = [
  ...new Set(['CNY', 'USD', 'EUR', 'HKD', 'JPY', ...Intl.supportedValuesOf('currency')]),
]

/** What it costs and what it gives. */
export function PricesFields({ terms, set }: PartProps) {
  const say = useWords('console')
  const { prices } = terms
  const change = (nth: number, more: Partial<Terms['prices'][number]>) =>
    set({ prices: prices.map((one, at) => (at === nth ? { ...one, ...more } : one)) })
  const free = CURRENCIES.filter((code) => prices.every(({ currency }) => currency !== code))
  const [next] = free
  return (
    <Part word="products.price_and_credits">
      <ul className="grid gap-3">
        {prices.map(({ currency, amount }, nth) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: by its currency it would be another as soon as that changes.
          <li key={nth} className="grid grid-cols-[5.5rem_1fr_auto] items-start gap-3">
            <CurrencySelect
              value={currency}
              among={CURRENCIES.filter((code) => code === currency || free.includes(code))}
              onChange={(next) => set(reckonedIn(terms, nth, next))}
            />
            <MoneyInput
              label={say('products.prices')}
              currency={currency}
              amount={amount}
              onAmount={(amount) => change(nth, { amount })}
            />
            <span className={BESIDE_FIELD}>
              <IconButton
                icon="close"
                label={say('products.remove_price', { currency })}
                disabled={prices.length === 1}
                onClick={() => set({ prices: prices.filter((_, at) => at !== nth) })}
              />
            </span>
          </li>
        ))}
      </ul>
      {next !== undefined && (
        <div>
          <Button
            size="small"
            icon="plus"
            onClick={() => set({ prices: [...prices, { currency: next, amount: 0 }] })}
          >
            {say('products.add_price')}
          </Button>
        </div>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Input
          label={say('products.credits')}
          figures
          inputMode="numeric"
          value={terms.credits}
          onChange={(event) => set({ credits: wholeOf(event.target.value) })}
        />
      </div>
      <Bonus terms={terms} set={set} />
      <Checkbox
        label={say('products.first_double')}
        checked={terms.first_purchase_double}
        onChange={(event) => set({ first_purchase_double: event.target.checked })}
      />
      <Checkbox
        label={say('products.vip')}
        checked={terms.vip_multiplier_applies}
        onChange={(event) => set({ vip_multiplier_applies: event.target.checked })}
      />
    </Part>
  )
}

function Bonus({ terms: { bonus, prices }, set }: PartProps) {
  const say = useWords('console')
  const tiers = bonus.kind === 'tiers' ? bonus.tiers : []
  const setTiers = (next: typeof tiers) => set({ bonus: { kind: 'tiers', tiers: next } })
  const newTier = { currency: prices[0]?.currency ?? 'CNY', from_paid_minor: 0, credits: 1 }
  return (
    <div className="grid gap-3">
      <div>
        <Segments
          label={say('products.bonus')}
          value={bonus.kind}
          options={[
            { value: 'flat', label: say('products.bonus_flat') },
            { value: 'tiers', label: say('products.bonus_tiers') },
          ]}
          onChange={(kind) =>
            kind === 'flat' ? set({ bonus: { kind, credits: 0 } }) : setTiers([newTier])
          }
        />
      </div>
      {bonus.kind === 'flat' && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Input
            label={say('products.bonus')}
            figures
            inputMode="numeric"
            value={bonus.credits}
            onChange={(event) =>
              set({ bonus: { kind: 'flat', credits: wholeOf(event.target.value) } })
            }
          />
        </div>
      )}
      {tiers.map((tier, nth) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: tiers are told apart by their place alone.
          key={nth}
          className="grid grid-cols-[5.5rem_1fr_auto] items-start gap-3 sm:grid-cols-[5.5rem_1fr_1fr_auto]"
        >
          <CurrencySelect
            value={tier.currency}
            among={prices.map(({ currency }) => currency)}
            onChange={(currency) => {
              const from_paid_minor = sameFigure(tier.from_paid_minor, tier.currency, currency)
              setTiers(tiers.with(nth, { ...tier, currency, from_paid_minor }))
            }}
          />
          <div className="col-span-2 sm:col-span-1">
            <MoneyInput
              label={say('products.tier_from')}
              currency={tier.currency}
              amount={tier.from_paid_minor}
              onAmount={(from_paid_minor) =>
                setTiers(tiers.with(nth, { ...tier, from_paid_minor }))
              }
            />
          </div>
          <div className="col-span-2 sm:col-span-1">
            <Input
              label={say('products.bonus')}
              figures
              inputMode="numeric"
              value={tier.credits}
              onChange={(event) =>
                setTiers(tiers.with(nth, { ...tier, credits: wholeOf(event.target.value) }))
              }
            />
          </div>
          <span className={BESIDE_FIELD}>
            <IconButton
              icon="close"
              label={say('products.remove_tier')}
              disabled={tiers.length === 1}
              onClick={() => setTiers(tiers.filter((_, at) => at !== nth))}
            />
          </span>
        </div>
      ))}
      {bonus.kind === 'tiers' && (
        <div>
          <Button size="small" icon="plus" onClick={() => setTiers([...tiers, newTier])}>
            {say('products.add_tier')}
          </Button>
        </div>
      )}
    </div>
  )
}
