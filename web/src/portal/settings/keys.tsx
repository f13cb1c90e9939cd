import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { houseNow } from '~/app/clock.ts'
import type { Me } from '~/app/queries.ts'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { ConfirmDialog } from '~/kit/dialog.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { ProblemNote } from '~/kit/notes.tsx'
import { tell } from '~/kit/toast.tsx'
import { keysQuery } from '~/portal/answers.ts'
import { NewKey } from '~/portal/settings/new-key.tsx'
import { ScopeName } from '~/portal/settings/scope-name.tsx'
import { useWords } from '~/words/words.ts'

type Key = Answer<'list_api_keys'>['items'][number]

export function Keys({ me }: { readonly me: Me }) {
  const say = useWords('settings')
  const query = useQuery(keysQuery)
  const [making, setMaking] = useState(false)
  const make = (
    <Button look="primary" size="small" icon="plus" onClick={() => setMaking(true)}>
      {say('keys.new')}
    </Button>
  )
  return (
    <div className="max-w-2xl">
      <Card title={say('keys.title')} more={say('keys.hint')} aside={make}>
        <DataBlock
          query={query}
          isEmpty={({ items }) => items.length === 0}
          empty={<EmptyState icon="key" title={say('keys.empty')} more={say('keys.empty_hint')} />}
        >
          {({ items }) => (
            <ul className="grid gap-4">
              {items.map((one) => (
                <OneKey key={one.id} of={one} />
              ))}
            </ul>
          )}
        </DataBlock>
      </Card>
      <NewKey me={me} open={making} onClose={() => setMaking(false)} />
    </div>
  )
}

function OneKey({ of: one }: { readonly of: Key }) {
  const say = useWords('settings')
  const format = useFormat()
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const revoke = useMutation({
    mutationFn: () => api.delete('/api/v1/api-keys/{id}', { path: { id: one.id } }),
    onSuccess: () => tell({ title: say('keys.revoked') }),
    onSettled: () => {
      setAsking(false)
      void queries.invalidateQueries({ queryKey: keysQuery.queryKey })
    },
  })
  const isOver = one.revoked_at !== null || Date.parse(one.expires_at ?? '') <= houseNow()
  return (
    <li className="flex flex-wrap items-start justify-between gap-3 border-b border-line pb-4 last:border-0 last:pb-0">
      <div className="grid min-w-0 flex-1 basis-64 gap-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className={isOver ? 'text-soft' : 'font-semibold'}>{one.name}</span>
          {isOver && <Chip>{say('keys.ended')}</Chip>}
        </p>
        <p className="font-mono text-small break-all text-soft">{one.shown}</p>
        <p className="text-small text-soft">
          {one.last_used_at === null
            ? say('keys.unused')
            : say('keys.used', { time: format.dateTime(one.last_used_at) })}
          {one.expires_at !== null && !isOver && (
            <> · {say('keys.until', { day: format.date(one.expires_at) })}</>
          )}
        </p>
        <p className="flex flex-wrap gap-1">
          {one.scopes.map((scope) => (
            <Chip key={scope}>
              <ScopeName scope={scope} />
            </Chip>
          ))}
        </p>
        {revoke.isError && <ProblemNote error={revoke.error} of="acting" />}
      </div>
      {!isOver && (
        <Button
          size="small"
          onClick={() => setAsking(true)}
          aria-label={say('keys.revoke_named', { name: one.name })}
        >
          {say('keys.revoke')}
        </Button>
      )}
      <ConfirmDialog
        danger
        open={asking}
        busy={revoke.isPending}
        title={say('keys.revoke_named', { name: one.name })}
        more={say('keys.revoke_sure')}
        act={say('keys.revoke')}
        onClose={() => setAsking(false)}
        onConfirm={() => revoke.mutate()}
      />
    </li>
  )
}
