import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Body } from '@tongbao/sdk'
import { useContext, useState } from 'react'
import { api } from '~/app/api.ts'
import { CardSkeleton } from '~/console/parts/skeletons.tsx'
import { Button } from '~/kit/button.tsx'
import { Card, Facts } from '~/kit/card.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { ConfirmDialog } from '~/kit/dialog.tsx'
import { Input } from '~/kit/field.tsx'
import { TimeZone, useFormat } from '~/kit/format.ts'
import { Note, ProblemNote } from '~/kit/notes.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { DateTime } from '~/kit/times.tsx'
import { tell } from '~/kit/toast.tsx'
import { momentOf } from '~/kit/zones.ts'
import { useWords } from '~/words/words.ts'

type Move = Body<'move_clock'>
const STEPS = ['1h', '1d', '7d', '30d'] as const
const HOUR_MS = 3_600_000

/** The clock of the house: what falls due on the way happens. */
export function ClockPage() {
  const say = useWords('console')
  const format = useFormat()
  const queries = useQueryClient()
  const zone = useContext(TimeZone)
  const [to, setTo] = useState('')
  const query = useQuery({
    queryKey: ['clock'],
    queryFn: ({ signal }) => api.get('/api/v1/admin/clock', { signal }),
    refetchInterval: 10_000,
  })
  const move = useMutation({
    mutationFn: (body: Move) => api.post('/api/v1/admin/clock', { body }),
    onSuccess: ({ now }) => {
      tell({ title: say('clock.moved', { at: format.dateTime(now) }) })
      void queries.invalidateQueries()
    },
  })
  return (
    <>
      <PageHeader title={say('clock.title')} more={say('clock.more')} />
      <div className="grid max-w-3xl gap-4">
        <DataBlock query={query} skeleton={<CardSkeleton />}>
          {(clock) => (
            <>
              <Card title={say('clock.now')}>
                <p className="text-lead font-semibold tabular sm:text-great">
                  <DateTime at={clock.now} />
                </p>
                <div className="mt-3">
                  <Facts
                    items={[
                      {
                        term: say('clock.shift'),
                        value: say('clock.hours', {
                          n: format.signed(Math.round(clock.shift_ms / HOUR_MS)),
                        }),
                      },
                    ]}
                  />
                </div>
              </Card>
              {clock.movable ? (
                <Card title={say('clock.move')} more={say('clock.move_more')}>
                  <div className="grid gap-5">
                    <div className="flex flex-wrap gap-2">
                      {STEPS.map((by) => (
                        <Button
                          key={by}
                          busy={move.isPending && move.variables.by === by}
                          onClick={() => move.mutate({ by })}
                        >
                          {say(`clock.by_${by}`)}
                        </Button>
                      ))}
                      <BackButton
                        busy={move.isPending}
                        onBack={() => move.mutate({ reset: true })}
                      />
                    </div>
                    <form
                      className="flex flex-wrap items-end gap-3"
                      onSubmit={(event) => {
                        event.preventDefault()
                        if (to !== '') move.mutate({ to: momentOf(to, zone) })
                      }}
                    >
                      <Input
                        type="datetime-local"
                        label={say('clock.to')}
                        value={to}
                        onChange={(event) => setTo(event.target.value)}
                      />
                      <Button type="submit" disabled={to === ''}>
                        {say('clock.move')}
                      </Button>
                    </form>
                    {move.error !== null && <ProblemNote error={move.error} of="acting" />}
                  </div>
                </Card>
              ) : (
                <Note>{say('clock.fixed')}</Note>
              )}
            </>
          )}
        </DataBlock>
      </div>
    </>
  )
}

interface BackProps {
  readonly busy: boolean
  readonly onBack: () => void
}

/** What was written on the way lies in the future then, and nothing takes it back. */
function BackButton({ busy, onBack }: BackProps) {
  const say = useWords('console')
  const [asks, setAsks] = useState(false)
  return (
    <>
      <Button look="quiet" busy={busy} onClick={() => setAsks(true)}>
        {say('clock.reset')}
      </Button>
      <ConfirmDialog
        open={asks}
        onClose={() => setAsks(false)}
        onConfirm={() => {
          setAsks(false)
          onBack()
        }}
        title={say('clock.reset_title')}
        more={say('clock.reset_more')}
        act={say('clock.reset')}
      />
    </>
  )
}
