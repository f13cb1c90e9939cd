import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '~/app/api.ts'
import { faultOf } from '~/app/problem.ts'
import { Button } from '~/kit/button.tsx'
import { Switch } from '~/kit/choice.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { Input, Select } from '~/kit/field.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { tell } from '~/kit/toast.tsx'
import { autoTopUpQuery, type Product, productsQuery, type TopUpRule } from '~/portal/answers.ts'
import { useWords } from '~/words/words.ts'

const NEW = { enabled: true, threshold: 50, product: '', month_times_max: 3 }
const TIMES_MAX = 100

export function RuleForm({ rule }: { readonly rule: TopUpRule | null }) {
  const products = useQuery(productsQuery)
  return (
    <DataBlock query={products}>{({ items }) => <Form rule={rule} products={items} />}</DataBlock>
  )
}

interface Props {
  readonly rule: TopUpRule | null
  readonly products: readonly Product[]
}

function Form({ rule, products }: Props) {
  const say = useWords('settings')
  const queries = useQueryClient()
  const [want, setWant] = useState(() => wantOf(rule, products))
  const save = useMutation({
    mutationFn: () => api.put('/api/v1/credits/auto_top_up', { body: want }),
    onSuccess: (saved) => {
      queries.setQueryData(autoTopUpQuery.queryKey, saved)
      tell({ title: say('saved') })
    },
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={send} className="grid gap-5">
      {/* Nothing is on before it is saved. */}
      {rule !== null && (
        <Switch
          label={say('auto.enabled')}
          checked={want.enabled}
          onChange={({ target }) => setWant({ ...want, enabled: target.checked })}
        />
      )}
      <Input
        type="number"
        required
        figures
        min={1}
        step={1}
        inputMode="numeric"
        label={say('auto.threshold')}
        value={want.threshold}
        fault={faultOf(save.error, 'threshold')}
        onChange={({ target }) => setWant({ ...want, threshold: target.valueAsNumber || 0 })}
      />
      <Select
        label={say('auto.product')}
        value={want.product}
        options={optionsOf(want.product, products, (name) => say('auto.product_unknown', { name }))}
        onChange={({ target }) => setWant({ ...want, product: target.value })}
      />
      <Input
        type="number"
        required
        figures
        min={1}
        max={TIMES_MAX}
        step={1}
        inputMode="numeric"
        label={say('auto.times')}
        value={want.month_times_max}
        fault={faultOf(save.error, 'month_times_max')}
        onChange={({ target }) => setWant({ ...want, month_times_max: target.valueAsNumber || 0 })}
      />
      {save.isError && <ProblemNote error={save.error} of="acting" />}
      <div>
        <Button type="submit" look="primary" busy={save.isPending}>
          {rule === null ? say('auto.start') : say('save')}
        </Button>
      </div>
    </form>
  )
}

function wantOf(rule: TopUpRule | null, products: readonly Product[]) {
  if (rule === null) return { ...NEW, product: String(products[0]?.product_id ?? '') }
  const { enabled, threshold, product, month_times_max } = rule
  return { enabled, threshold, product, month_times_max }
}

/** An app may have named a product of its own: it stays what it is. */
function optionsOf(
  chosen: string,
  products: readonly Product[],
  unknown: (name: string) => string,
) {
  const known = products.map(({ product_id, name }) => ({ value: String(product_id), label: name }))
  return chosen === '' || known.some(({ value }) => value === chosen)
    ? known
    : [{ value: chosen, label: unknown(chosen) }, ...known]
}
