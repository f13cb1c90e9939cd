import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useContext } from 'react'
import { Problem } from '~/app/problem.ts'
import { Credits } from '~/kit/amounts.tsx'
import { Facts } from '~/kit/card.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { Dialog } from '~/kit/dialog.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { TimeZone, useFormat } from '~/kit/format.ts'
import { DateTime } from '~/kit/times.tsx'
import { historyQuery, type Story, storyQuery } from '~/portal/answers.ts'
import { filterOf } from '~/portal/credits/search.ts'
import { Connections } from '~/portal/credits/story-connections.tsx'
import { useCreditsSearch } from '~/portal/credits/use-search.ts'
import { EntryAmount } from '~/portal/entry-amount.tsx'
import { useLineTitle } from '~/portal/entry-title.ts'
import { useNames } from '~/portal/names.ts'
import { type Line, linesOf } from '~/portal/refund-lines.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly id: string | undefined
  readonly onClose: () => void
}

/** One line of history, from where its credits came to where they went. */
export function StoryDialog({ id, onClose }: Props) {
  const say = useWords('credits')
  return (
    <Dialog open={id !== undefined} onClose={onClose} title={say('story.title')} place="side">
      {id !== undefined && <StoryOf id={id} />}
    </Dialog>
  )
}

function StoryOf({ id }: { readonly id: string }) {
  const say = useWords('credits')
  const query = useQuery(storyQuery(id))
  if (query.error instanceof Problem && query.error.code === 'entry_unknown')
    return <EmptyState icon="list" title={say('story.gone')} more={say('story.gone_hint')} />
  return <DataBlock query={query}>{(story) => <Whole story={story} />}</DataBlock>
}

function Whole({ story }: { readonly story: Story }) {
  const say = useWords('credits')
  const format = useFormat()
  const title = useLineTitle()
  const { kind } = useNames()
  const line = useLineOf(story)
  return (
    <div className="grid gap-6">
      <div>
        <p className="break-words">{title(line)}</p>
        <p className="mt-1 text-head font-semibold">
          <EntryAmount entry={line} />
        </p>
      </div>
      <Facts
        items={[
          { term: say('story.kind'), value: kind(story.kind) },
          ...(story.action !== null && story.action !== title(line)
            ? [{ term: say('story.action'), value: story.action }]
            : []),
          { term: say('story.time'), value: <DateTime at={story.created_at} /> },
          {
            term: say('story.balance'),
            value: (
              <span className="tabular">
                {story.balance_after < 0
                  ? say('story.owed', { amount: format.number(-story.balance_after) })
                  : format.number(story.balance_after)}
              </span>
            ),
          },
          { term: say('story.number'), value: <CopyId text={story.entry_id} /> },
        ]}
      />
      {/* Of several lots, each of its own part tells. */}
      {line.amount === story.amount && <Draws story={story} />}
      <Connections story={story} line={line} />
    </div>
  )
}

/** The line of history that was opened: of a refund, all of it. Who comes by another way sees the one entry. */
function useLineOf(story: Story): Line {
  const { search } = useCreditsSearch()
  const filter = filterOf(search, useContext(TimeZone))
  const { data } = useInfiniteQuery({ ...historyQuery(filter), enabled: false })
  const line = linesOf(data ?? [], filter).find(({ entry_id }) => entry_id === story.entry_id)
  return line ?? { ...story, refund: undefined, parts: [story] }
}

function Draws({ story }: { readonly story: Story }) {
  const say = useWords('credits')
  const format = useFormat()
  const { source } = useNames()
  const draws = story.draws.filter(({ amount }) => amount > 0)
  if (draws.length === 0) return null
  const how = story.amount < 0 || story.kind === 'repay' ? 'spent' : 'given'
  return (
    <section>
      <h3 className="font-semibold">{say(`story.lots_${story.kind === 'hold' ? 'held' : how}`)}</h3>
      <ul className="mt-2 rounded-control border border-line">
        {draws.map((draw) => (
          <li
            key={draw.lot_id}
            className="flex items-baseline justify-between gap-4 border-b border-line px-3 py-2 last:border-0"
          >
            <span>
              {source(draw.source)}
              <span className="block text-small text-soft">
                {draw.expires_at === null
                  ? say('story.lot_forever')
                  : say('story.lot_until', { day: format.date(draw.expires_at) })}
              </span>
            </span>
            <Credits amount={draw.amount} />
          </li>
        ))}
      </ul>
    </section>
  )
}
