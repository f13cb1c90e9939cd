import { useMutation } from '@tanstack/react-query'
import { api } from '~/app/api.ts'
import { ChangePreview } from '~/console/parts/change-preview.tsx'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import type { Owner } from '~/console/people/person-page.tsx'
import { calledOf, useTold } from '~/console/people/told.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly owner: Owner
  readonly isFrozen: boolean
  readonly onClose: () => void
}

/** Lets nothing leave somebody, or lets them spend again. */
export function FreezeDialog({ owner, isFrozen, onClose }: Props) {
  const say = useWords('console')
  const told = useTold(onClose)
  const [frozen, free] = [say('people.frozen_word'), say('people.free_word')]
  const turn = useMutation({
    mutationFn: (reason: string) => {
      const said = { path: { id: owner.owner }, body: { reason } }
      return isFrozen
        ? api.post('/api/v1/owners/{id}/unfreeze', said)
        : api.post('/api/v1/owners/{id}/freeze', said)
    },
    onSuccess: (answer) =>
      told(answer, say('act.about', { name: calledOf(owner), what: isFrozen ? free : frozen })),
  })
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => turn.mutate(reason)}
      title={isFrozen ? say('unfreeze.title') : say('freeze.title')}
      more={isFrozen ? say('unfreeze.more') : say('freeze.more')}
      act={isFrozen ? say('unfreeze.act') : say('freeze.act')}
      danger={!isFrozen}
      busy={turn.isPending}
      error={turn.error}
    >
      <ChangePreview
        lines={[
          {
            label: say('people.spending'),
            before: isFrozen ? frozen : free,
            after: isFrozen ? free : frozen,
          },
        ]}
      />
    </ReasonDialog>
  )
}
