import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { Button, buttonLook } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { ConfirmDialog } from '~/kit/dialog.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { Note, ProblemNote } from '~/kit/notes.tsx'
import { tell } from '~/kit/toast.tsx'
import { autoTopUpQuery, instrumentsQuery, type TopUpRule } from '~/portal/answers.ts'
import { RuleForm } from '~/portal/settings/rule-form.tsx'
import { useWords } from '~/words/words.ts'

/** A rule that charges a saved card when credits run low. Without a card there is nothing to charge. */
export function AutoTopUp() {
  const say = useWords('settings')
  const rule = useQuery(autoTopUpQuery)
  const cards = useQuery(instrumentsQuery)
  return (
    <Card title={say('auto.title')} more={say('auto.hint')}>
      <DataBlock query={cards}>
        {({ items }) => (
          <DataBlock query={rule}>
            {(known) =>
              known === null && items.length === 0 ? (
                <NeedsCard />
              ) : (
                <div className="grid gap-5">
                  {known !== null && <Standing rule={known} hasCard={items.length > 0} />}
                  <RuleForm key={known === null ? 'new' : 'known'} rule={known} />
                  {known !== null && <Remove />}
                </div>
              )
            }
          </DataBlock>
        )}
      </DataBlock>
    </Card>
  )
}

function NeedsCard() {
  const say = useWords('settings')
  return (
    <EmptyState
      icon="coin"
      title={say('auto.none')}
      more={say('auto.need_card')}
      act={
        <Link to="/top-up" search={{ way: 'stripe.checkout' }} className={buttonLook()}>
          {say('auto.go')}
        </Link>
      }
    />
  )
}

interface StandingProps {
  readonly rule: TopUpRule
  readonly hasCard: boolean
}

function Standing({ rule, hasCard }: StandingProps) {
  const say = useWords('settings')
  const format = useFormat()
  return (
    <>
      {!hasCard && <Note tone="warn">{say('auto.need_card')}</Note>}
      {rule.in_flight && (
        <Note tone="note">
          {say('auto.flight', { time: format.dateTime(rule.in_flight.started_at) })}
        </Note>
      )}
      {rule.paused_until !== null && (
        <Note tone="warn">{say('auto.paused', { time: format.dateTime(rule.paused_until) })}</Note>
      )}
      <p className="text-small text-soft">
        {say('auto.used', { used: rule.month_times, max: rule.month_times_max })}
      </p>
    </>
  )
}

function Remove() {
  const say = useWords('settings')
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const remove = useMutation({
    mutationFn: () => api.delete('/api/v1/credits/auto_top_up'),
    onSuccess: () => {
      queries.setQueryData(autoTopUpQuery.queryKey, null)
      tell({ title: say('auto.removed') })
    },
    onSettled: () => setAsking(false),
  })
  return (
    <div className="grid justify-items-start gap-3 border-t border-line pt-4">
      {remove.isError && <ProblemNote error={remove.error} of="acting" />}
      <Button look="quiet" onClick={() => setAsking(true)}>
        {say('auto.remove')}
      </Button>
      <ConfirmDialog
        danger
        open={asking}
        busy={remove.isPending}
        title={say('auto.remove')}
        act={say('auto.remove')}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate()}
      />
    </div>
  )
}
