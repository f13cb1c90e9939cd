import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { DateTime, RelativeTime } from '~/kit/times.tsx'
import { tell } from '~/kit/toast.tsx'
import { sessionsQuery } from '~/portal/answers.ts'
import { deviceOf } from '~/portal/settings/device.ts'
import { useWords } from '~/words/words.ts'

type Session = Answer<'list_sessions'>['items'][number]

export function Sessions() {
  const say = useWords('settings')
  const queries = useQueryClient()
  const query = useQuery(sessionsQuery)
  const endOthers = useMutation({
    mutationFn: () => api.post('/api/v1/auth/sessions/end-others'),
    onSuccess: ({ ended }) => tell({ title: say('sessions.ended', { count: ended }) }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
  return (
    <Card title={say('sessions.title')}>
      <DataBlock query={query}>
        {({ items }) => (
          <div className="grid gap-4">
            <ul className="grid gap-3">
              {[...items]
                .sort((a, b) => Number(b.current) - Number(a.current))
                .map((session) => (
                  <OneSession key={session.id} session={session} />
                ))}
            </ul>
            {endOthers.isError && <ProblemNote error={endOthers.error} of="acting" />}
            {items.length > 1 ? (
              <div>
                <Button busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
                  {say('sessions.end_others')}
                </Button>
              </div>
            ) : (
              <p className="text-small text-soft">{say('sessions.only')}</p>
            )}
          </div>
        )}
      </DataBlock>
    </Card>
  )
}

function OneSession({ session }: { readonly session: Session }) {
  const say = useWords('settings')
  const queries = useQueryClient()
  const name = deviceOf(session.agent) ?? say('sessions.unknown')
  const end = useMutation({
    mutationFn: () => api.delete('/api/v1/auth/sessions/{id}', { path: { id: session.id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
  return (
    <li className="flex items-center justify-between gap-3 border-b border-line pb-3 last:border-0 last:pb-0">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold">{name}</span>
          {session.current && <Chip tone="bronze">{say('sessions.current')}</Chip>}
        </p>
        <p className="flex flex-wrap gap-x-3 text-small text-soft *:whitespace-nowrap">
          {session.ip !== null && <span className="tabular">{session.ip}</span>}
          <span>
            {say('sessions.since')} <DateTime at={session.created_at} only="date" />
          </span>
          <span>
            {say('sessions.last')} <RelativeTime at={session.last_used_at} ofMachine />
          </span>
        </p>
        {end.isError && <ProblemNote error={end.error} of="acting" />}
      </div>
      {!session.current && (
        <Button
          size="small"
          busy={end.isPending}
          onClick={() => end.mutate()}
          aria-label={say('sessions.end_named', { name })}
        >
          {say('sessions.end')}
        </Button>
      )}
    </li>
  )
}
