import { Link, type LinkProps } from '@tanstack/react-router'
import type { Overview } from '~/console/overview/page.tsx'
import { type Scope, useMay } from '~/console/parts/may.ts'
import { Card } from '~/kit/card.tsx'
import { Icon } from '~/kit/icons.tsx'
import { type Key, useWords } from '~/words/words.ts'

type Queue = keyof Overview['waiting']
interface Place {
  readonly queue: Queue
  readonly word: Key<'console'>
  readonly scope: Scope
  readonly link: Pick<LinkProps, 'to' | 'search'>
}

const COUNT_MAX = 1_000
const PLACES: readonly Place[] = [
  {
    ...{ queue: 'proposals', word: 'waiting.proposals', scope: 'proposals:read' },
    link: { to: '/console/approvals', search: { state: 'proposed' } },
  },
  {
    ...{ queue: 'disputes', word: 'waiting.disputes', scope: 'payments:read_all' },
    link: { to: '/console/disputes', search: { state: 'opened' } },
  },
  {
    ...{ queue: 'suspense', word: 'waiting.suspense', scope: 'payments:read_all' },
    link: { to: '/console/suspense' },
  },
  {
    ...{ queue: 'refunds_undecided', word: 'waiting.refunds', scope: 'payments:read_all' },
    link: { to: '/console/refunds', search: { state: 'requested' } },
  },
  {
    ...{ queue: 'refunds_stuck', word: 'waiting.refunds_stuck', scope: 'payments:read_all' },
    link: { to: '/console/refunds', search: { state: 'abnormal' } },
  },
  {
    ...{ queue: 'dead_messages', word: 'waiting.messages', scope: 'hooks:read' },
    link: { to: '/console/inbox', search: { state: 'dead' } },
  },
  {
    ...{ queue: 'dead_jobs', word: 'waiting.jobs', scope: 'jobs:read' },
    link: { to: '/console/jobs' },
  },
]

/** What waits for a person; nothing waiting is the good news. */
export function WaitingCard({ waiting }: { readonly waiting: Overview['waiting'] }) {
  const say = useWords('console')
  const may = useMay()
  return (
    <Card title={say('waiting.title')} bare>
      <div className="@container">
        <ul className="grid @lg:grid-cols-2">
          {PLACES.map(({ queue, word, scope, link }) => {
            const count = waiting[queue]
            const line = (
              <span className="flex min-h-12 items-center gap-3 px-4 py-2 sm:px-6">
                <span
                  className={`tabular min-w-10 rounded-full px-2 text-center font-semibold ${count > 0 ? 'bg-warn-wash text-warn' : 'bg-sunken text-soft'}`}
                >
                  {count >= COUNT_MAX ? `${COUNT_MAX}+` : count}
                </span>
                <span className="flex-1">{say(word)}</span>
                {may(scope) && <Icon name="right" className="size-4 text-soft" />}
              </span>
            )
            return (
              <li key={queue} className="border-t border-line @lg:last:odd:col-span-2">
                {may(scope) ? (
                  <Link {...link} className="block hover:bg-sunken">
                    {line}
                  </Link>
                ) : (
                  line
                )}
              </li>
            )
          })}
        </ul>
      </div>
    </Card>
  )
}
