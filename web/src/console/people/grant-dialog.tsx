import { useMutation } from '@tanstack/react-query'
import type { Body } from '@tongbao/sdk'
import { useContext, useState } from 'react'
import { api, useIntent } from '~/app/api.ts'
import { faultOf } from '~/app/problem.ts'
import { Amount } from '~/console/parts/amount.tsx'
import { ChangePreview } from '~/console/parts/change-preview.tsx'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { AmountField, isWhole } from '~/console/people/amount-field.tsx'
import type { Owner } from '~/console/people/person-page.tsx'
import { calledOf, useTold } from '~/console/people/told.ts'
import { Input, Select } from '~/kit/field.tsx'
import { TimeZone, useFormat } from '~/kit/format.ts'
import { momentOf } from '~/kit/zones.ts'
import { useWords } from '~/words/words.ts'

type Source = Body<'grant_credits'>['source']
const SOURCES: readonly Source[] = ['admin', 'promo', 'signup', 'task', 'referral', 'bonus']

interface Props {
  readonly owner: Owner
  readonly onClose: () => void
}

/** Gives credits by hand; above the limit it becomes a proposal, and the answer says so. */
export function GrantDialog({ owner, onClose }: Props) {
  const say = useWords('console')
  const term = useTerm()
  const told = useTold(onClose)
  const format = useFormat()
  const { key } = useIntent()
  const [amount, setAmount] = useState('')
  const [source, setSource] = useState<Source>('admin')
  const zone = useContext(TimeZone)
  const [until, setUntil] = useState('')
  const give = useMutation({
    mutationFn: (reason: string) =>
      api.post('/api/v1/credits/grants', {
        body: {
          ...{ owner: owner.owner, amount: Number(amount), source, reason },
          ...(until !== '' && { expires_at: momentOf(`${until}T23:59:59`, zone) }),
        },
        key,
      }),
    onSuccess: (answer) => {
      const what = `${format.signed(Number(amount))} ${term('asset', 'credit')}`
      told(answer, say('act.about', { name: calledOf(owner), what }))
    },
  })
  const now = owner.accounts.find(({ asset }) => asset === 'credit')
  const whole = isWhole(amount)
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => give.mutate(reason)}
      title={say('grant.title')}
      more={say('grant.more', { limit: format.number(owner.hand_limit) })}
      act={say('grant.act')}
      isSeen
      busy={give.isPending}
      error={give.error}
      blocked={!whole}
    >
      {(asked) => (
        <>
          <AmountField
            value={amount}
            onChange={setAmount}
            asked={asked}
            fault={faultOf(give.error, 'amount')}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <Select
              label={say('lots.source')}
              value={source}
              options={SOURCES.map((value) => ({ value, label: term('source', value) }))}
              onChange={(event) =>
                setSource(SOURCES.find((one) => one === event.target.value) ?? 'admin')
              }
            />
            <Input
              type="date"
              label={say('lots.expires')}
              aside={say('optional')}
              value={until}
              fault={faultOf(give.error, 'expires_at')}
              onChange={(event) => setUntil(event.target.value)}
            />
          </div>
          <GrantPreview now={now} by={whole ? Number(amount) : 0} />
        </>
      )}
    </ReasonDialog>
  )
}

interface PreviewProps {
  readonly now: Owner['accounts'][number] | undefined
  readonly by: number
}

/** What is owed is repaid first. */
function GrantPreview({ now, by }: PreviewProps) {
  const say = useWords('console')
  const { available = 0, debt = 0 } = now ?? {}
  const repaid = Math.min(debt, by)
  const shown = (amount: number) => <Amount amount={amount} asset="credit" />
  return (
    <ChangePreview
      lines={[
        {
          label: say('balance.available'),
          before: shown(available),
          after: shown(available + by - repaid),
        },
        ...(debt > 0
          ? [{ label: say('balance.debt'), before: shown(debt), after: shown(debt - repaid) }]
          : []),
      ]}
    />
  )
}
