import type { Rule } from '~/console/prices/price-page.tsx'
import { rowsOf } from '~/console/prices/rule-rows.ts'
import { Facts } from '~/kit/card.tsx'
import { useFormat } from '~/kit/format.ts'
import { useWords } from '~/words/words.ts'

const PARTS = ['terms', 'multipliers', 'windows', 'discounts'] as const

/** A rule for who may read it and not change it, in the words of the form. */
export function RuleFacts({ rule }: { readonly rule: Rule }) {
  const say = useWords('console')
  const { number, dateTime } = useFormat()
  const rows = rowsOf(rule, { say, number, dateTime })
  return (
    <div className="grid gap-6">
      <Facts
        items={[
          { term: say('prices.base'), value: number(rule.base) },
          { term: say('prices.minimum'), value: number(rule.minimum) },
          { term: say('prices.first_free'), value: say(`diff.${rule.first_free}`) },
        ]}
      />
      {PARTS.filter((part) => rows[part].length > 0).map((part) => (
        <section key={part} className="grid gap-3">
          <h3 className="font-semibold">{say(`prices.${part}`)}</h3>
          <Facts
            items={rows[part].map(({ name, text }) => ({
              term: <span className="font-mono">{name}</span>,
              value: text,
            }))}
          />
        </section>
      ))}
    </div>
  )
}
