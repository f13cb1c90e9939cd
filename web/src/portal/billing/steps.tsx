import { Money } from '~/kit/amounts.tsx'
import type { IconName } from '~/kit/icons.tsx'
import { type Happened, Timeline } from '~/kit/timeline.tsx'
import type { TimelineStep } from '~/portal/answers.ts'
import { useWords } from '~/words/words.ts'

const LOOKS = {
  started: ['plain', 'clock'],
  failed: ['bad', 'close'],
  closed: ['plain', 'close'],
  paid: ['bronze', 'coin'],
  received: ['good', 'check'],
  sent_back: ['warn', 'left'],
  suspended: ['warn', 'warning'],
  refund_asked: ['note', 'left'],
  refund_succeeded: ['good', 'check'],
  refund_failed: ['bad', 'close'],
  refund_rejected: ['plain', 'close'],
  dispute_opened: ['warn', 'warning'],
  dispute_won: ['good', 'check'],
  dispute_lost: ['bad', 'left'],
} as const satisfies Readonly<
  Record<TimelineStep['what'], readonly [NonNullable<Happened['tone']>, IconName]>
>

export function PaymentSteps({ steps }: { readonly steps: readonly TimelineStep[] }) {
  const say = useWords('billing')
  return (
    <Timeline
      items={steps.map((step) => ({
        ...{ id: `${step.at} ${step.what} ${step.refund_id ?? ''}`, at: step.at },
        ...{ title: say(`step.${step.what}`), tone: LOOKS[step.what][0] },
        icon: LOOKS[step.what][1],
        ...(step.amount !== null &&
          step.what !== 'received' && {
            aside: <Money amount={step.amount} currency={step.currency} />,
          }),
      }))}
    />
  )
}
