import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { faultOf } from '~/app/problem.ts'
import { ChangePreview } from '~/console/parts/change-preview.tsx'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import type { Owner, Standing } from '~/console/people/person-page.tsx'
import { calledOf, useTold } from '~/console/people/told.ts'
import { Input } from '~/kit/field.tsx'
import { useFormat } from '~/kit/format.ts'
import { useWords } from '~/words/words.ts'

/** Empty lifts the cap; 0 lets nothing be spent. */
const CAP = /^(?:0|[1-9]\d{0,14})?$/
const WINDOWS = ['day', 'month'] as const

interface Props {
  readonly owner: Owner
  readonly caps: Standing['caps']
  readonly onClose: () => void
}

/** How much somebody may spend in a day and in a month; they cannot lift it themselves. */
export function CapsDialog({ owner, caps, onClose }: Props) {
  const say = useWords('console')
  const format = useFormat()
  const told = useTold(onClose)
  const [texts, setTexts] = useState({
    day: String(caps.day?.amount ?? ''),
    month: String(caps.month?.amount ?? ''),
  })
  const bent = WINDOWS.filter((every) => !CAP.test(texts[every]))
  const capOf = (text: string) => (text === '' ? null : Number(text))
  const set = useMutation({
    mutationFn: (reason: string) =>
      api.put('/api/v1/owners/{id}/caps', {
        path: { id: owner.owner },
        body: { day: capOf(texts.day), month: capOf(texts.month), reason },
      }),
    onSuccess: (answer) =>
      told(answer, say('act.about', { name: calledOf(owner), what: say('caps.title') })),
  })
  const shown = (amount: number | null | undefined) =>
    amount === null || amount === undefined ? say('caps.none') : format.number(amount)
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => set.mutate(reason)}
      title={say('caps.title')}
      more={say('caps.more')}
      act={say('caps.save')}
      busy={set.isPending}
      error={set.error}
      blocked={bent.length > 0}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        {WINDOWS.map((every) => (
          <Input
            key={every}
            label={say(`caps.${every}`)}
            hint={say('caps.hint')}
            inputMode="numeric"
            figures
            value={texts[every]}
            fault={bent.includes(every) ? say('caps.whole') : faultOf(set.error, every)}
            onChange={({ target }) => setTexts({ ...texts, [every]: target.value.trim() })}
          />
        ))}
      </div>
      <ChangePreview
        lines={WINDOWS.map((every) => ({
          label: say(`caps.${every}`),
          before: shown(caps[every]?.amount),
          after: bent.includes(every) ? say('nothing') : shown(capOf(texts[every])),
        }))}
      />
    </ReasonDialog>
  )
}
