import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Body } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { faultOf } from '~/app/problem.ts'
import { labQuery, type Played } from '~/console/lab/query.ts'
import { useChannel } from '~/console/parts/channel.ts'
import { useTerm } from '~/console/parts/term.ts'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Segments } from '~/kit/choice.tsx'
import { Input, Select } from '~/kit/field.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { tell } from '~/kit/toast.tsx'
import { useWords } from '~/words/words.ts'

type Name = Body<'add_lab_fault'>['fault']
/** First what happens to our calls, then to the provider's messages. */
const FAULTS: readonly Name[] = [
  ...(['drop_after_commit', 'error_after_commit', 'truncate', 'server_error', 'busy'] as const),
  ...(['refuse_connection', 'latency', 'clock_skew'] as const),
  ...(['duplicate', 'reorder', 'delay', 'lose', 'forge', 'wrong_amount'] as const),
]
/** These ask how late, or how far ahead. */
const TIMED: ReadonlySet<Name> = new Set<Name>(['latency', 'delay', 'clock_skew'])
/** What a number may be in each way of counting. */
const COUNTS = { once: /^/, times: /^[1-9]\d{0,5}$/, share: /^(?:[1-9]\d?|100)$/ } as const
type Often = keyof typeof COUNTS
const MS = /^\d{0,10}$/

/** Lets something go wrong at a provider that is played. */
export function FaultForm({ played }: { readonly played: readonly Played[] }) {
  const say = useWords('console')
  const term = useTerm()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState('')
  const [fault, setFault] = useState<Name>('drop_after_commit')
  const [often, setOften] = useState<Often>('once')
  const [count, setCount] = useState('')
  const [ms, setMs] = useState('')
  const [asked, setAsked] = useState(false)
  const names = played.map(({ channel, account }) => `${channel} / ${account}`)
  const labels = played.map(useChannel())
  const at = Math.max(0, names.indexOf(chosen))
  const isTimed = TIMED.has(fault)
  const ready = COUNTS[often].test(count) && (!isTimed || MS.test(ms))
  const add = useMutation({
    mutationFn: (body: Body<'add_lab_fault'>) => api.post('/api/v1/admin/lab/faults', { body }),
    onSuccess: (answer) => {
      queries.setQueryData(labQuery.queryKey, answer)
      tell({ title: say('lab.added'), more: term('fault', fault) })
    },
  })
  const send = () => {
    setAsked(true)
    const one = played[at]
    if (!ready || !one) return
    add.mutate({
      ...{ channel: one.channel, account: one.account, fault },
      ...(often === 'times' && { times: Number(count) }),
      ...(often === 'share' && { share: Number(count) / 100 }),
      ...(isTimed && ms !== '' && { ms: Number(ms) }),
    })
  }
  return (
    <Card title={say('lab.faults')} more={say('lab.faults_more')}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            label={say('lab.provider')}
            value={names[at] ?? ''}
            options={names.map((value, nth) => ({ value, label: labels[nth] ?? value }))}
            onChange={({ target }) => setChosen(target.value)}
          />
          <Select
            label={say('lab.fault')}
            value={fault}
            options={FAULTS.map((value) => ({ value, label: term('fault', value) }))}
            onChange={({ target }) => setFault(FAULTS.find((one) => one === target.value) ?? fault)}
          />
        </div>
        <div className="flex flex-wrap items-end gap-4">
          <HowOften
            often={often}
            count={count}
            fault={
              asked && !COUNTS[often].test(count)
                ? say(often === 'times' ? 'amount.whole' : 'lab.share_bent')
                : faultOf(add.error, often)
            }
            onOften={setOften}
            onCount={setCount}
          />
          {isTimed && (
            <Input
              label={say('lab.ms_label')}
              aside={say('optional')}
              inputMode="numeric"
              figures
              value={ms}
              fault={asked && !MS.test(ms) ? say('amount.whole') : faultOf(add.error, 'ms')}
              onChange={({ target }) => setMs(target.value.trim())}
            />
          )}
        </div>
        {add.error !== null && <ProblemNote error={add.error} of="acting" />}
        <div>
          <Button type="submit" look="primary" busy={add.isPending}>
            {say('lab.add')}
          </Button>
        </div>
      </form>
    </Card>
  )
}

interface OftenProps {
  readonly often: Often
  readonly count: string
  readonly fault: string | undefined
  readonly onOften: (often: Often) => void
  readonly onCount: (count: string) => void
}

function HowOften({ often, count, fault, onOften, onCount }: OftenProps) {
  const say = useWords('console')
  return (
    <>
      <div className="grid gap-1.5">
        <span aria-hidden="true" className="font-semibold">
          {say('lab.often')}
        </span>
        <Segments
          label={say('lab.often')}
          value={often}
          options={[
            { value: 'once', label: say('lab.once') },
            { value: 'times', label: say('lab.times') },
            { value: 'share', label: say('lab.share') },
          ]}
          onChange={onOften}
        />
      </div>
      {often !== 'once' && (
        <Input
          label={often === 'times' ? say('lab.times_n') : say('lab.share_n')}
          inputMode="numeric"
          figures
          value={count}
          fault={fault}
          onChange={({ target }) => onCount(target.value.trim())}
        />
      )}
    </>
  )
}
