import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { houseNow } from '~/app/clock.ts'
import { Button } from '~/kit/button.tsx'
import { Input, Select } from '~/kit/field.tsx'
import { FilterFold } from '~/kit/filter-fold.tsx'
import { statsQuery } from '~/portal/answers.ts'
import { usageStart } from '~/portal/credits/usage-days.ts'
import { useCreditsSearch } from '~/portal/credits/use-search.ts'
import { ENTRY_KINDS, useNames } from '~/portal/names.ts'
import { useWords } from '~/words/words.ts'

const ACTIONS_OF_DAYS = 90

/** Each is in the address at once, so that what is seen can be sent to somebody. */
export function Filters({ onClear }: { readonly onClear: (() => void) | undefined }) {
  const say = useWords('credits')
  const { kind } = useNames()
  const { search, change } = useCreditsSearch()
  const actions = useActions(search.action)
  const set = [search.kind, search.action, search.from, search.to].filter(Boolean).length
  return (
    <div className="px-4 pb-4 sm:px-6">
      <FilterFold set={set}>
        <div className="grid items-end gap-3 *:min-w-0 min-[26rem]:grid-cols-2 xl:grid-cols-[1fr_1fr_1fr_1fr_auto]">
          <Select
            label={say('history.kind')}
            value={search.kind ?? ''}
            onChange={({ target }) => change({ kind: target.value || undefined })}
            options={[
              { value: '', label: say('history.kind_all') },
              ...ENTRY_KINDS.map((value) => ({ value, label: kind(value) })),
            ]}
          />
          <Select
            label={say('history.action')}
            value={search.action ?? ''}
            onChange={({ target }) => change({ action: target.value || undefined })}
            options={[
              { value: '', label: say('history.action_all') },
              ...actions.map((value) => ({ value, label: value })),
            ]}
          />
          <Input
            type="date"
            label={say('history.from')}
            value={search.from ?? ''}
            max={search.to}
            onChange={({ target }) => change({ from: target.value || undefined })}
          />
          <Input
            type="date"
            label={say('history.to')}
            value={search.to ?? ''}
            min={search.from}
            onChange={({ target }) => change({ to: target.value || undefined })}
          />
          {onClear && (
            <div className="grid min-[26rem]:col-span-2 xl:col-span-1">
              <Button look="quiet" onClick={onClear}>
                {say('history.clear')}
              </Button>
            </div>
          )}
        </div>
      </FilterFold>
    </div>
  )
}

/** What was spent on of late, and what is asked for now. By "other" the sums call what had no name: nothing to look for. */
function useActions(chosen: string | undefined): string[] {
  const [from] = useState(() => usageStart(ACTIONS_OF_DAYS, houseNow()))
  const { data } = useQuery(statsQuery(from))
  const known = (data?.items ?? []).map(({ action }) => action).filter((one) => one !== 'other')
  return [...new Set([...(chosen === undefined ? [] : [chosen]), ...known])].sort()
}
