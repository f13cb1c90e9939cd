import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { ConfirmDialog } from '~/kit/dialog.tsx'
import { useFormat } from '~/kit/format.ts'
import { ProblemNote } from '~/kit/notes.tsx'
import { tell } from '~/kit/toast.tsx'
import { instrumentsQuery } from '~/portal/answers.ts'
import { useNames } from '~/portal/names.ts'
import { useWords } from '~/words/words.ts'

type Instrument = Answer<'list_instruments'>['items'][number]

export function Cards() {
  const say = useWords('settings')
  const query = useQuery(instrumentsQuery)
  return (
    <Card title={say('cards.title')}>
      <DataBlock
        query={query}
        isEmpty={({ items }) => items.length === 0}
        empty={<p className="text-soft">{say('cards.empty')}</p>}
      >
        {({ items }) => (
          <ul className="grid gap-3">
            {items.map((one) => (
              <Saved key={one.instrument_id} instrument={one} />
            ))}
          </ul>
        )}
      </DataBlock>
    </Card>
  )
}

function Saved({ instrument }: { readonly instrument: Instrument }) {
  const say = useWords('settings')
  const format = useFormat()
  const queries = useQueryClient()
  const { channel } = useNames()
  const [asking, setAsking] = useState(false)
  const { instrument_id: id, currency, created_at } = instrument
  const remove = useMutation({
    mutationFn: () => api.delete('/api/v1/payments/instruments/{id}', { path: { id } }),
    onSuccess: () => tell({ title: say('cards.removed') }),
    onSettled: () => {
      setAsking(false)
      void queries.invalidateQueries({ queryKey: instrumentsQuery.queryKey })
    },
  })
  return (
    <li className="flex items-center justify-between gap-3">
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{channel(instrument.channel)}</p>
        <p className="text-small text-soft">
          {say('cards.since', { day: format.date(created_at), currency })}
        </p>
        {remove.isError && <ProblemNote error={remove.error} of="acting" />}
      </div>
      <Button size="small" onClick={() => setAsking(true)}>
        {say('cards.remove')}
      </Button>
      <ConfirmDialog
        danger
        open={asking}
        busy={remove.isPending}
        title={say('cards.remove')}
        more={say('cards.remove_sure')}
        act={say('cards.remove')}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate()}
      />
    </li>
  )
}
