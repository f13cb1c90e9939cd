import { useMutation } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { ChangePreview } from '~/console/parts/change-preview.tsx'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import { useTold } from '~/console/people/told.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly person: Answer<'get_person'>
  readonly onClose: () => void
}

/** Closes an account and ends its sessions, or opens it again; what is owned is not touched. */
export function BanDialog({ person, onClose }: Props) {
  const say = useWords('console')
  const told = useTold(onClose)
  const isClosed = person.banned_at !== null
  const [closed, open] = [say('ban.closed'), say('ban.open')]
  const turn = useMutation({
    mutationFn: (reason: string) => {
      const path = { id: person.id }
      return isClosed
        ? api.post('/api/v1/admin/users/{id}/unban', { path })
        : api.post('/api/v1/admin/users/{id}/ban', { path, body: { reason } })
    },
    onSuccess: (answer) =>
      told(answer, say('act.about', { name: person.name, what: isClosed ? open : closed })),
  })
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => turn.mutate(reason)}
      title={isClosed ? say('unban.title') : say('ban.title')}
      more={isClosed ? say('unban.more') : say('ban.more')}
      act={isClosed ? say('unban.act') : say('ban.act')}
      danger={!isClosed}
      busy={turn.isPending}
      error={turn.error}
      withoutReason={isClosed}
    >
      <ChangePreview
        lines={[
          {
            label: say('ban.signing_in'),
            before: isClosed ? closed : open,
            after: isClosed ? open : closed,
          },
        ]}
      />
    </ReasonDialog>
  )
}
