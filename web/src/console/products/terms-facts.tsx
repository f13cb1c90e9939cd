import { differences } from '~/console/parts/diff.ts'
import { useShown } from '~/console/parts/diff-table.tsx'
import { useReadTerms, useTermName } from '~/console/products/term-names.ts'
import type { Terms } from '~/console/products/terms.ts'
import { Part } from '~/console/products/terms-form.tsx'
import { Facts } from '~/kit/card.tsx'

const PARTS = [
  ['products.texts', ['name', 'blurb']],
  [
    'products.price_and_credits',
    ['prices', 'credits', 'bonus', 'first_purchase_double', 'vip_multiplier_applies'],
  ],
  ['products.month_card', ['month_card']],
  ['products.limits', ['active', 'per_user_limit', 'sort', 'sale', 'channels']],
  ['products.refunds', ['refund']],
] as const

/** The terms for who may read them and not change them, in the words and the order of the form. */
export function TermsFacts({ terms }: { readonly terms: Terms }) {
  const nameOf = useTermName()
  const read = useReadTerms()
  const shown = useShown()
  const leaves = differences({}, read(terms))
  return (
    <div className="grid gap-6">
      {PARTS.map(([word, names]) => {
        const items = names
          .flatMap((name) => leaves.filter(({ path }) => path.split('.')[0] === name))
          .map(({ path, after }) => ({ term: nameOf(path) ?? path, value: shown(after) }))
        return (
          items.length > 0 && (
            <Part key={word} word={word}>
              <Facts items={items} />
            </Part>
          )
        )
      })}
    </div>
  )
}
