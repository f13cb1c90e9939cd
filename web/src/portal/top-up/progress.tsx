import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useHouseNow } from '~/app/clock.ts'
import { Problem } from '~/app/problem.ts'
import { Button } from '~/kit/button.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { Skeleton } from '~/kit/skeleton.tsx'
import { type Payment, paymentQuery, timelineQuery } from '~/portal/answers.ts'
import { Ended } from '~/portal/top-up/ended.tsx'
import { Misfit } from '~/portal/top-up/misfit.tsx'
import { isUnderWay, misfitOf, type Stage, stageOf } from '~/portal/top-up/payment-stage.ts'
import { Success } from '~/portal/top-up/success.tsx'
import { Waiting } from '~/portal/top-up/waiting.tsx'
import { useLiveState } from '~/shell/live.ts'
import { useWords } from '~/words/words.ts'

/** Events tell at once; this is for when they do not come. */
const POLL_MS = 3_000
/** Beside events, for a payment whose provider tells nobody anything. */
const LOOK_MS = 15_000

interface Props {
  readonly id: string
  readonly onClose: () => void
  readonly onOther: (id: string) => void
}

/** How a payment stands, for who waits for it: told by events, asked for where they do not come. */
export function Progress({ id, onClose, onOther }: Props) {
  const say = useWords('top-up')
  const now = useHouseNow()
  const live = useLiveState()
  const query = useQuery({
    ...paymentQuery(id),
    staleTime: 0,
    refetchInterval: ({ state: { data, error } }) => {
      if (isUnknownPayment(error)) return false
      if (data && !isUnderWay(data, now)) return false
      return live === 'open' ? LOOK_MS : POLL_MS
    },
  })
  if (isUnknownPayment(query.error))
    return (
      <EmptyState
        icon="receipt"
        title={say('dialog.lost.title')}
        more={say('dialog.lost.hint')}
        act={<Button onClick={onClose}>{say('dialog.close')}</Button>}
      />
    )
  return (
    <DataBlock query={query} skeleton={<ProgressSkeleton />}>
      {(payment) => (
        <Standing
          payment={payment}
          stage={stageOf(payment, now)}
          onClose={onClose}
          onOther={onOther}
        />
      )}
    </DataBlock>
  )
}

/** As high as a code with its buttons: what comes does not push the page. */
export const ProgressSkeleton = () => (
  <div className="grid justify-items-center gap-5">
    <Skeleton className="h-8 w-28" />
    <Skeleton className="size-60" />
    <Skeleton className="h-4 w-40" />
    <Skeleton className="h-11 w-full" />
    <Skeleton className="h-11 w-full" />
  </div>
)

const isUnknownPayment = (error: unknown): boolean =>
  error instanceof Problem && error.code === 'payment_unknown'

interface StandingProps {
  readonly payment: Payment
  readonly stage: Stage
  readonly onClose: () => void
  readonly onOther: (id: string) => void
}

function Standing({ payment, stage, onClose, onOther }: StandingProps) {
  const say = useWords('top-up')
  const isPaid = stage === 'paid' || stage === 'paid_late'
  const isWaiting = stage === 'waiting' || stage === 'charging' || stage === 'unclear'
  useFresh(isPaid)
  return (
    <div>
      {/* One place that speaks up whenever the state changes, for who does not see it. */}
      <p role="status" className="sr-only">
        {say(`stage.${stage}`)}
      </p>
      {isPaid && <Success payment={payment} isLate={stage === 'paid_late'} onClose={onClose} />}
      {isWaiting && <Waiting payment={payment} stage={stage} onOther={onOther} />}
      {!isPaid && !isWaiting && (
        <Over payment={payment} stage={stage} onClose={onClose} onOther={onOther} />
      )}
    </div>
  )
}

interface OverProps extends StandingProps {
  readonly stage: Exclude<Stage, 'paid' | 'paid_late' | 'waiting' | 'charging' | 'unclear'>
}

/** What came to nothing may have been paid all the same, with something else than was asked for. */
function Over(props: OverProps) {
  const { payment } = props
  const { data } = useQuery(timelineQuery(payment.payment_id))
  const step = misfitOf(data?.items ?? [])
  return step ? <Misfit payment={payment} step={step} /> : <Ended {...props} />
}

/** What was paid for is there: whatever shows credits asks again, whether or not an event says so. */
function useFresh(isPaid: boolean): void {
  const queries = useQueryClient()
  useEffect(() => {
    if (!isPaid) return
    for (const key of ['balance', 'credits']) void queries.invalidateQueries({ queryKey: [key] })
    void queries.invalidateQueries({ queryKey: ['payments', 'history'] })
  }, [isPaid, queries])
}
