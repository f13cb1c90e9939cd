import { type FormEvent, useEffect, useState } from 'react'
import { useActs, useTargets } from '~/console/audit/choices.tsx'
import { momentsOf, PeriodFields } from '~/console/parts/period-fields.tsx'
import { Button } from '~/kit/button.tsx'
import { Checkbox } from '~/kit/choice.tsx'
import { Input, Select } from '~/kit/field.tsx'
import { FilterFold } from '~/kit/filter-fold.tsx'
import { useWords } from '~/words/words.ts'

export interface AuditSearch {
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly kind?: string | undefined
  readonly target?: string | undefined
  readonly result?: 'done' | 'refused' | undefined
  /** What somebody only looked at is left out, unless it is asked for. */
  readonly looks?: 'all' | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** What is in the address, as the server asks for it. */
export const filterOf = (
  { actor, action, kind, target, result, looks, ...period }: AuditSearch,
  zone: string | undefined,
) => ({
  ...{ actor, action, result, target_kind: kind, target_id: target },
  ...(looks === undefined && action === undefined && { without_looks: true }),
  ...momentsOf(period, zone),
})

interface Props {
  readonly search: AuditSearch
  readonly onChange: (search: AuditSearch) => void
}

/** Sent as a whole: each reading of the trail stands in the trail. */
export function AuditFilters({ search, onChange }: Props) {
  const say = useWords('console')
  const [draft, setDraft] = useState(search)
  const acts = useActs(draft.action)
  const kinds = useTargets(draft.kind)
  const inAddress = JSON.stringify(search)
  useEffect(() => setDraft(JSON.parse(inAddress) as AuditSearch), [inAddress])
  const set = (name: keyof AuditSearch, value: string) =>
    setDraft({ ...draft, [name]: value.trim() === '' ? undefined : value.trim() })
  const send = (event: FormEvent) => {
    event.preventDefault()
    onChange(draft)
  }
  return (
    <search className="mb-4 block">
      <FilterFold set={Object.values(search).filter((value) => value !== undefined).length}>
        <form
          onSubmit={send}
          className="grid items-end gap-3 *:min-w-0 sm:grid-cols-2 xl:grid-cols-4"
        >
          <Select
            {...acts}
            label={say('audit.action')}
            value={draft.action ?? ''}
            onChange={(event) => set('action', event.target.value)}
          />
          <Select
            label={say('audit.kind')}
            value={draft.kind ?? ''}
            options={kinds}
            onChange={(event) => set('kind', event.target.value)}
          />
          {(['target', 'actor'] as const).map((name) => (
            <Input
              key={name}
              label={say(`audit.${name}`)}
              placeholder={say(`audit.${name}_hint`)}
              value={draft[name] ?? ''}
              maxLength={200}
              onChange={(event) => set(name, event.target.value)}
            />
          ))}
          <PeriodFields value={draft} onChange={(changed) => setDraft({ ...draft, ...changed })} />
          <Select
            label={say('audit.result')}
            value={draft.result ?? ''}
            options={[
              { value: '', label: say('all') },
              { value: 'done', label: say('state.done') },
              { value: 'refused', label: say('state.refused') },
            ]}
            onChange={(event) => set('result', event.target.value)}
          />
          <div className="grid gap-3 sm:col-span-full sm:flex sm:min-h-11 sm:items-center sm:gap-6">
            <Checkbox
              label={say('audit.looks')}
              checked={draft.looks === 'all'}
              onChange={({ target }) =>
                setDraft({ ...draft, looks: target.checked ? 'all' : undefined })
              }
            />
            <Button type="submit" icon="filter">
              {say('audit.filter')}
            </Button>
          </div>
        </form>
      </FilterFold>
    </search>
  )
}
