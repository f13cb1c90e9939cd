import type { ReactNode } from 'react'
import { isUnknown, problemOf } from '~/app/problem.ts'
import { Button } from '~/kit/button.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { Icon, type IconName } from '~/kit/icons.tsx'
import { useWords } from '~/words/words.ts'

const TONES = {
  plain: ['border-line bg-sunken', 'info'],
  good: ['border-good bg-good-wash text-good', 'check'],
  warn: ['border-warn bg-warn-wash text-warn', 'warning'],
  bad: ['border-bad bg-bad-wash text-bad', 'warning'],
  note: ['border-note bg-note-wash text-note', 'clock'],
} as const satisfies Record<string, readonly [string, IconName]>

interface NoteProps {
  readonly tone?: keyof typeof TONES
  readonly title?: ReactNode
  readonly children?: ReactNode
  readonly acts?: ReactNode
}

/** Something to know, in place. */
export function Note({ tone = 'plain', title, children, acts }: NoteProps) {
  const [look, icon] = TONES[tone]
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={`flex gap-3 rounded-control border p-3 text-left text-small ${look}`}
    >
      <Icon name={icon} className="mt-px size-5" />
      <div className="grid min-w-0 flex-1 grid-cols-1 gap-1">
        {title !== undefined && <p className="font-semibold">{title}</p>}
        {children !== undefined && <div className="text-ink">{children}</div>}
        {acts !== undefined && <div className="mt-1 flex flex-wrap gap-2">{acts}</div>}
      </div>
    </div>
  )
}

interface ProblemProps {
  readonly error: unknown
  /** Undefined where trying again is of no use. */
  readonly onRetry?: (() => void) | undefined
  readonly retrying?: boolean
  /** An act that may have happened all the same is not said to have failed. */
  readonly of?: 'reading' | 'acting'
}

/** What the server said, its hint, its request id to pass on, and another try. */
export function ProblemNote({ error, onRetry, retrying = false, of = 'reading' }: ProblemProps) {
  const say = useWords('kit')
  const problem = problemOf(error)
  const unknown = of === 'acting' && isUnknown(problem)
  const detail = problem.status > 0 && problem.status < 500 ? problem.message : undefined
  return (
    <Note
      tone={unknown ? 'note' : 'bad'}
      title={unknown ? say('problem.unknown') : (detail ?? say(titleOf(problem.status)))}
      acts={
        // Who has no right to it has none the next time.
        onRetry &&
        problem.code !== 'forbidden' && (
          <Button size="small" icon="refresh" busy={retrying} onClick={onRetry}>
            {unknown ? say('problem.check') : say('problem.retry')}
          </Button>
        )
      }
    >
      {unknown ? say('problem.unknown_more') : problem.hint}
      {problem.requestId !== undefined && (
        <span className="flex flex-wrap items-center gap-x-1 text-soft">
          {say('problem.request')}
          <CopyId text={problem.requestId} />
        </span>
      )}
    </Note>
  )
}

const titleOf = (status: number) => {
  if (status === 0) return 'problem.unreachable'
  return status < 0 ? 'problem.page' : 'problem.server'
}
