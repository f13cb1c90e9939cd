import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, useIntent } from '~/app/api.ts'
import { faultOf } from '~/app/problem.ts'
import { Amount } from '~/console/parts/amount.tsx'
import { ChangePreview } from '~/console/parts/change-preview.tsx'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { AmountField, isWhole } from '~/console/people/amount-field.tsx'
import type { Owner } from '~/console/people/person-page.tsx'
import { calledOf, useTold } from '~/console/people/told.ts'
import { RadioCards } from '~/kit/choice.tsx'
import { Select } from '~/kit/field.tsx'
import { useFormat } from '~/kit/format.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly owner: Owner
  readonly onClose: () => void
}

/** Corrects a balance up or down; what is taken must be there. */
export function AdjustDialog({ owner, onClose }: Props) {
  const say = useWords('console')
  const term = useTerm()
  const told = useTold(onClose)
  const format = useFormat()
  const { key } = useIntent()
  const assets = owner.accounts.map(({ asset }) => asset)
  const [asset, setAsset] = useState(assets[0] ?? 'credit')
  const [way, setWay] = useState<'up' | 'down'>('down')
  const [amount, setAmount] = useState('')
  const whole = isWhole(amount)
  const by = whole ? Number(amount) * (way === 'up' ? 1 : -1) : 0
  const move = useMutation({
    mutationFn: (reason: string) =>
      api.post('/api/v1/admin/owners/{id}/adjust', {
        path: { id: owner.owner },
        body: { amount: by, asset, reason },
        key,
      }),
    onSuccess: (answer) => {
      const what = `${format.signed(by)} ${term('asset', asset)}`
      told(answer, say('act.about', { name: calledOf(owner), what }))
    },
  })
  const now = owner.accounts.find((one) => one.asset === asset)?.available ?? 0
  const tooMuch = now + by < 0
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => move.mutate(reason)}
      title={say('adjust.title')}
      more={say('adjust.more', { limit: format.number(owner.hand_limit) })}
      act={say('adjust.act')}
      danger={way === 'down'}
      isSeen
      busy={move.isPending}
      error={move.error}
      blocked={!whole || tooMuch}
    >
      {(asked) => (
        <>
          <RadioCards
            legend={say('adjust.way')}
            columns={2}
            value={way}
            onChange={setWay}
            options={[
              { value: 'down', label: say('adjust.down') },
              { value: 'up', label: say('adjust.up') },
            ]}
          />
          {assets.length > 1 && (
            <Select
              label={say('flow.asset')}
              value={asset}
              options={assets.map((value) => ({ value, label: term('asset', value) }))}
              onChange={(event) => setAsset(event.target.value)}
            />
          )}
          <AmountField
            value={amount}
            onChange={setAmount}
            asked={asked}
            fault={tooMuch ? say('adjust.too_much') : faultOf(move.error, 'amount')}
          />
          <ChangePreview
            lines={[
              {
                label: say('balance.available'),
                before: <Amount amount={now} asset={asset} />,
                after: tooMuch ? say('nothing') : <Amount amount={now + by} asset={asset} />,
              },
            ]}
          />
        </>
      )}
    </ReasonDialog>
  )
}
