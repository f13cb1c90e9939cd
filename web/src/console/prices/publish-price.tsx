import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useContext, useState } from 'react'
import { api } from '~/app/api.ts'
import type { Difference } from '~/console/parts/diff.ts'
import { DiffTable } from '~/console/parts/diff-table.tsx'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import { type Impact, ImpactFacts } from '~/console/prices/preview-card.tsx'
import type { Rule } from '~/console/prices/price-page.tsx'
import { useRuleName } from '~/console/prices/rule-name.ts'
import { Input } from '~/kit/field.tsx'
import { TimeZone } from '~/kit/format.ts'
import { tell } from '~/kit/toast.tsx'
import { momentOf } from '~/kit/zones.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly action: string
  readonly rule: Rule
  readonly afterVersion: number
  readonly changes: readonly Difference[]
  readonly impact: Impact
  readonly onClose: () => void
}

/** A version is for ever: what differs and what it would have meant stand above the button. */
export function PublishPrice({ action, rule, afterVersion, changes, impact, onClose }: Props) {
  const say = useWords('console')
  const queries = useQueryClient()
  const zone = useContext(TimeZone)
  const nameOf = useRuleName()
  const [from, setFrom] = useState('')
  const publish = useMutation({
    mutationFn: (reason: string) =>
      api.post('/api/v1/admin/prices', {
        body: {
          ...{ action, rule, reason, after_version: afterVersion },
          ...(from !== '' && { effective_at: momentOf(from, zone) }),
        },
      }),
    onSuccess: ({ price_version }) => {
      tell({ title: say('prices.published', { n: price_version }) })
      void queries.invalidateQueries({ queryKey: ['prices'] })
      onClose()
    },
  })
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => publish.mutate(reason)}
      title={say('prices.publish_title', { action, n: afterVersion + 1 })}
      more={say('prices.publish_more')}
      act={say('prices.publish')}
      busy={publish.isPending}
      error={publish.error}
    >
      <DiffTable rows={changes} nameOf={nameOf} />
      {impact && <ImpactFacts impact={impact} />}
      <Input
        type="datetime-local"
        label={say('prices.effective')}
        hint={say('prices.effective_hint')}
        aside={say('optional')}
        value={from}
        onChange={(event) => setFrom(event.target.value)}
      />
    </ReasonDialog>
  )
}
