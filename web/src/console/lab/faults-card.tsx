import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '~/app/api.ts'
import { FaultForm } from '~/console/lab/fault-form.tsx'
import { type Fault, labQuery, type Played } from '~/console/lab/query.ts'
import { useChannel } from '~/console/parts/channel.ts'
import { linkLook } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { useTerm } from '~/console/parts/term.ts'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { ProblemNote } from '~/kit/notes.tsx'
import { tell } from '~/kit/toast.tsx'
import { useWords } from '~/words/words.ts'

/** Who plays the providers, what goes wrong there now, and the switches. */
export function FaultsCard() {
  const say = useWords('console')
  const may = useMay()
  const query = useQuery({ ...labQuery, select: ({ items }) => items })
  const answering = query.data?.filter(({ answers }) => answers) ?? []
  return (
    <>
      <Card title={say('lab.providers')} more={say('lab.providers_more')}>
        <DataBlock
          query={query}
          isEmpty={(rows) => rows.length === 0}
          empty={
            <EmptyState
              icon="flask"
              title={say('lab.empty')}
              more={say('lab.empty_more', { command: 'npm run lab' })}
            />
          }
        >
          {(rows) => (
            <>
              <ul className="grid grid-cols-1 divide-y divide-line">
                {rows.map((one) => (
                  <Provider key={`${one.channel}/${one.account}`} played={one} />
                ))}
              </ul>
              {may('channels:write') && answering.some(({ faults }) => faults.length > 0) && (
                <Clear />
              )}
            </>
          )}
        </DataBlock>
      </Card>
      {may('channels:write') && answering.length > 0 && <FaultForm played={answering} />}
    </>
  )
}

function Provider({ played }: { readonly played: Played }) {
  const say = useWords('console')
  const channelOf = useChannel()
  const { origin, answers, faults } = played
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <div className="min-w-0">
        <p className="font-semibold">{channelOf(played)}</p>
        <a
          href={`${origin}/__lab`}
          target="_blank"
          rel="noreferrer"
          title={say('lab.open')}
          className={`font-mono text-small break-all ${linkLook}`}
        >
          {origin}
        </a>
      </div>
      <ul className="grid min-w-0 gap-1.5">
        {!answers && (
          <li>
            <Chip tone="warn">{say('lab.silent')}</Chip>
          </li>
        )}
        {answers && faults.length === 0 && (
          <li>
            <Chip tone="good">{say('lab.well')}</Chip>
          </li>
        )}
        {faults.map((fault, nth) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same fault may stand twice, and it has no name.
          <li key={nth}>
            <Standing fault={fault} />
          </li>
        ))}
      </ul>
    </li>
  )
}

function Standing({ fault }: { readonly fault: Fault }) {
  const say = useWords('console')
  const term = useTerm()
  const format = useFormat()
  const often =
    fault.times !== null
      ? say('lab.left', { n: fault.times })
      : fault.share !== null
        ? say('lab.by_share', { share: format.percent(fault.share) })
        : fault.fault === 'clock_skew'
          ? say('lab.until_cleared')
          : say('lab.left', { n: 1 })
  const parts = [
    often,
    ...(fault.ms === null ? [] : [say('lab.ms', { n: format.number(fault.ms) })]),
    ...(fault.everywhere ? [say('lab.everywhere')] : []),
  ]
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <Chip tone="bad" icon="warning">
        {term('fault', fault.fault)}
      </Chip>
      <span className="text-small text-soft">{parts.join(' · ')}</span>
    </span>
  )
}

function Clear() {
  const say = useWords('console')
  const queries = useQueryClient()
  const clear = useMutation({
    mutationFn: () => api.delete('/api/v1/admin/lab/faults'),
    onSuccess: (answer) => {
      queries.setQueryData(labQuery.queryKey, answer)
      tell({ title: say('lab.cleared') })
    },
  })
  return (
    <div className="mt-4 grid justify-items-start gap-3">
      <Button busy={clear.isPending} onClick={() => clear.mutate()}>
        {say('lab.clear')}
      </Button>
      {clear.error !== null && <ProblemNote error={clear.error} of="acting" />}
    </div>
  )
}
