import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '~/app/api.ts'
import { useChannel } from '~/console/parts/channel.ts'
import { ShortId } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Button } from '~/kit/button.tsx'
import { Facts } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { Dialog } from '~/kit/dialog.tsx'
import { JsonView } from '~/kit/json-view.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { DateTime } from '~/kit/times.tsx'
import { tell } from '~/kit/toast.tsx'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly id: string
  readonly onClose: () => void
}

/** A message as it came. Looking at it leaves a line in the trail, and the drawer says so. */
export function MessageDrawer({ id, onClose }: Props) {
  const say = useWords('console')
  const term = useTerm()
  const channelOf = useChannel()
  const may = useMay()
  const queries = useQueryClient()
  const query = useQuery({
    queryKey: ['message', id],
    queryFn: ({ signal }) => api.get('/api/v1/admin/hooks/{id}', { path: { id }, signal }),
    // Each look leaves a line: once is enough.
    staleTime: Number.POSITIVE_INFINITY,
  })
  const rerun = useMutation({
    mutationFn: () => api.post('/api/v1/admin/hooks/{id}/rerun', { path: { id } }),
    onSuccess: () => {
      tell({ title: say('inbox.rerun_done'), more: say('inbox.rerun_more') })
      void queries.invalidateQueries({ queryKey: ['messages'] })
      void queries.invalidateQueries({ queryKey: ['order'] })
      onClose()
    },
  })
  return (
    <Dialog
      open
      onClose={onClose}
      place="side"
      width="wide"
      title={say('inbox.one')}
      more={say('inbox.audited')}
      busy={rerun.isPending}
      acts={
        may('hooks:rerun') && (
          <Button icon="refresh" busy={rerun.isPending} onClick={() => rerun.mutate()}>
            {say('inbox.rerun')}
          </Button>
        )
      }
    >
      <DataBlock query={query}>
        {(told) => (
          <div className="grid grid-cols-1 gap-5">
            <Facts
              items={[
                {
                  term: say('inbox.verdict'),
                  value: (
                    <span className="flex flex-wrap items-center gap-x-3">
                      <Chip tone="good">{say('inbox.genuine')}</Chip>
                      <ShortId id={told.key_id} />
                    </span>
                  ),
                },
                { term: say('orders.status'), value: <StateChip state={told.state} /> },
                ...(told.why === null ? [] : [{ term: say('inbox.why'), value: told.why }]),
                {
                  term: say('inbox.type'),
                  value: <span className="font-mono text-small break-all">{told.type}</span>,
                },
                {
                  term: say('inbox.facts'),
                  value: told.facts.map((fact) => term('told', fact)).join(' · ') || say('nothing'),
                },
                { term: say('orders.channel'), value: channelOf(told) },
                { term: say('inbox.attempts'), value: told.attempts },
                { term: say('inbox.received'), value: <DateTime at={told.received_at} /> },
                { term: say('inbox.message_id'), value: <CopyId text={told.message_id} /> },
                { term: say('id'), value: <CopyId text={told.event_id} /> },
                {
                  term: say('inbox.digest'),
                  value: (
                    <CopyId text={told.body_sha256} shown={`${told.body_sha256.slice(0, 16)}…`} />
                  ),
                },
              ]}
            />
            <section>
              <h3 className="mb-2 font-semibold">{say('inbox.body')}</h3>
              <JsonView label={say('inbox.body')} value={pretty(told.body)} />
            </section>
            <section>
              <h3 className="mb-2 font-semibold">{say('inbox.headers')}</h3>
              <JsonView label={say('inbox.headers')} value={told.headers} />
            </section>
            {rerun.error !== null && <ProblemNote error={rerun.error} of="acting" />}
          </div>
        )}
      </DataBlock>
    </Dialog>
  )
}

/** JSON with its lines broken; whatever else it is stays as it came. */
const pretty = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
