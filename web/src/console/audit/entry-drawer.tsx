import type { Entry } from '~/console/audit/page.tsx'
import { Target } from '~/console/audit/target.tsx'
import { differences } from '~/console/parts/diff.ts'
import { DiffTable } from '~/console/parts/diff-table.tsx'
import { Actor } from '~/console/parts/links.tsx'
import { StateChip } from '~/console/parts/state-chip.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { Facts } from '~/kit/card.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { Dialog } from '~/kit/dialog.tsx'
import { DateTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly entry: Entry
  readonly onClose: () => void
}

/** One line of the trail: who, what, to what, from where, and what was different afterwards. */
export function EntryDrawer({ entry, onClose }: Props) {
  const say = useWords('console')
  const term = useTerm()
  return (
    <Dialog open onClose={onClose} place="side" title={term('act', entry.action)}>
      <div className="grid grid-cols-1 gap-5">
        <Facts
          items={[
            {
              term: say('audit.action'),
              value: <span className="font-mono text-small">{entry.action}</span>,
            },
            { term: say('audit.result'), value: <StateChip state={entry.result} /> },
            { term: say('audit.actor'), value: <Actor id={entry.actor_id || entry.actor_kind} /> },
            {
              term: say('profile.roles'),
              value:
                entry.actor_roles.map((role) => term('role', role)).join(' · ') || say('nothing'),
            },
            {
              term: say('audit.target'),
              value: (
                <Target entry={entry}>
                  <CopyId text={entry.target_id} />
                </Target>
              ),
            },
            { term: say('reason.label'), value: entry.reason ?? say('nothing') },
            { term: say('audit.at'), value: <DateTime at={entry.at} /> },
            { term: say('audit.from_where'), value: entry.ip ?? say('nothing') },
            {
              term: say('audit.agent'),
              value: (
                <span className="text-small break-words">{entry.agent ?? say('nothing')}</span>
              ),
            },
            ...(entry.request_id === null
              ? []
              : [{ term: say('audit.request'), value: <CopyId text={entry.request_id} /> }]),
            { term: say('id'), value: <CopyId text={entry.entry_id} /> },
          ]}
        />
        <section>
          <h3 className="mb-2 font-semibold">{say('audit.change')}</h3>
          <DiffTable rows={differences(entry.before ?? {}, entry.after ?? {})} />
        </section>
      </div>
    </Dialog>
  )
}
