import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { api } from '~/app/api.ts'
import { keep, kept } from '~/app/kept.ts'
import { meQuery } from '~/app/queries.ts'
import { Button, buttonLook } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Icon } from '~/kit/icons.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { latestQuery, paymentsQuery } from '~/portal/answers.ts'
import { isFreeze } from '~/portal/refund-lines.ts'
import { useWords } from '~/words/words.ts'

const HIDDEN = 'first_steps'
const PAID: ReadonlySet<string> = new Set(['paid', 'partially_refunded', 'refunded'])
const USED: ReadonlySet<string> = new Set(['charge', 'capture', 'hold'])

interface Step {
  readonly id: string
  readonly done: boolean
  readonly title: string
  readonly hint: string
  readonly act?: ReactNode
}

/** What somebody new does first; gone when all is done, or when it was put away. */
export function FirstSteps() {
  const [hidden, setHidden] = useState(() => kept(HIDDEN) === 'hidden')
  const steps = useSteps()
  if (hidden || !steps || steps.every(({ done }) => done)) return null
  const hide = () => {
    keep(HIDDEN, 'hidden')
    setHidden(true)
  }
  return <Steps steps={steps} onHide={hide} />
}

/** Undefined until all of it is known: at first it would seem that nothing is done. */
function useSteps(): readonly Step[] | undefined {
  const say = useWords('portal')
  // A mail's link opens beside this page, and no event tells of it: whoever comes back sees it done.
  const { data: me } = useQuery({ ...meQuery, refetchOnWindowFocus: 'always' })
  const { data: latest } = useQuery(latestQuery)
  const { data: payments } = useInfiniteQuery(paymentsQuery)
  if (!me || !latest || !payments) return undefined
  const { email, email_verified, second_factor } = me.user
  const paid = payments.some(({ status }) => PAID.has(status))
  const used = latest.items.some((entry) => USED.has(entry.kind) && !isFreeze(entry))
  const link = (text: string, to: '/top-up' | '/settings') => (
    <Link
      to={to}
      {...(to === '/settings' && { search: { tab: 'security' } })}
      className={buttonLook({ size: 'small' })}
    >
      {text}
    </Link>
  )
  return [
    ...(email === null
      ? []
      : [
          {
            ...{ id: 'email', done: email_verified, title: say('home.first_email') },
            ...{ hint: say('home.first_email_hint'), act: <SendMail /> },
          },
        ]),
    {
      ...{ id: 'top_up', done: paid, title: say('home.first_top_up') },
      hint: say('home.first_top_up_hint'),
      act: link(say('home.first_top_up_go'), '/top-up'),
    },
    {
      ...{ id: 'use', done: used, title: say('home.first_use') },
      hint: say('home.first_use_hint'),
    },
    {
      ...{ id: 'guard', done: second_factor, title: say('home.first_guard') },
      hint: say('home.first_guard_hint'),
      act: link(say('home.first_guard_go'), '/settings'),
    },
  ]
}

interface StepsProps {
  readonly steps: readonly Step[]
  readonly onHide: () => void
}

function Steps({ steps, onHide }: StepsProps) {
  const say = useWords('portal')
  const done = steps.filter((step) => step.done).length
  return (
    <Card
      title={say('home.first')}
      more={say('home.first_progress', { done, all: steps.length })}
      aside={
        <Button look="quiet" size="small" onClick={onHide}>
          {say('home.first_hide')}
        </Button>
      }
    >
      <ol className="grid gap-4">
        {steps.map((step) => (
          <li key={step.id} className="flex gap-3">
            <span
              className={`mt-0.5 grid size-6 shrink-0 place-items-center rounded-full border ${step.done ? 'border-good bg-good-wash text-good' : 'border-edge text-transparent'}`}
            >
              <Icon name="check" className="size-4" />
            </span>
            <div className="min-w-0 flex-1">
              <p className={step.done ? 'text-soft' : 'font-semibold'}>
                {step.title}
                <span className="sr-only">
                  {' '}
                  {step.done ? say('home.first_done') : say('home.first_todo')}
                </span>
              </p>
              {!step.done && (
                <>
                  <p className="text-small text-soft">{step.hint}</p>
                  {step.act !== undefined && <div className="mt-2">{step.act}</div>}
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  )
}

function SendMail() {
  const say = useWords('portal')
  const send = useMutation({ mutationFn: () => api.post('/api/v1/auth/send-verification-email') })
  if (send.isSuccess) return <p className="text-small text-good">{say('home.first_email_sent')}</p>
  return (
    <div className="grid justify-items-start gap-2">
      <Button size="small" busy={send.isPending} onClick={() => send.mutate()}>
        {say('home.first_email_go')}
      </Button>
      {send.isError && <ProblemNote error={send.error} />}
    </div>
  )
}
