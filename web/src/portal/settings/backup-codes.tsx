import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { Button } from '~/kit/button.tsx'
import { Checkbox } from '~/kit/choice.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { Dialog } from '~/kit/dialog.tsx'
import { Note } from '~/kit/notes.tsx'
import { tell } from '~/kit/toast.tsx'
import { AskPassword } from '~/portal/settings/ask-password.tsx'
import { CodeList } from '~/portal/settings/code-list.tsx'
import { useWords } from '~/words/words.ts'

const FEW = 2
const leftQuery = queryOptions({
  queryKey: ['backup-codes'],
  queryFn: ({ signal }) => api.get('/api/v1/auth/two-factor/backup-codes', { signal }),
})

const stay = () => true

interface Props {
  readonly hasPassword: boolean
  readonly focus: boolean
}

/** How many are left, and ten new ones; those are shown until somebody says that they are kept. */
export function BackupCodes({ hasPassword, focus }: Props) {
  const say = useWords('settings')
  const queries = useQueryClient()
  const query = useQuery(leftQuery)
  const renew = useMutation({
    mutationFn: (password: string) =>
      api.post('/api/v1/auth/two-factor/backup-codes', { body: hasPassword ? { password } : {} }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: leftQuery.queryKey }),
  })
  const fresh = renew.data?.backup_codes
  // The old ones are dead as soon as the new are asked for: no tab, no way back and no reload loses these.
  useBlocker({ shouldBlockFn: stay, disabled: !renew.isPending && fresh === undefined })
  const kept = () => {
    renew.reset()
    tell({ title: say('guard.backup_renewed') })
  }
  return (
    <section className="grid gap-3">
      <h3 className="font-semibold">{say('guard.backup')}</h3>
      <DataBlock query={query}>{({ left }) => <Left left={left} />}</DataBlock>
      <AskPassword
        hasPassword={hasPassword}
        act={renew}
        word={say('guard.backup_renew')}
        next={say('guard.backup_renew')}
        more={say('guard.backup_renew_hint')}
        focus={focus}
      />
      {fresh && <FreshCodes codes={fresh} onKept={kept} />}
    </section>
  )
}

function Left({ left }: { readonly left: number }) {
  const say = useWords('settings')
  const said = say('guard.backup_left', { left })
  if (left > FEW) return <p>{said}</p>
  return (
    <Note tone="warn" title={said}>
      {say('guard.backup_few')}
    </Note>
  )
}

interface FreshProps {
  readonly codes: readonly string[]
  readonly onKept: () => void
}

/** It closes once they are kept, and not before: there is no other way to see them. */
function FreshCodes({ codes, onKept }: FreshProps) {
  const say = useWords('settings')
  const [isKept, setIsKept] = useState(false)
  return (
    <Dialog
      open
      toRead
      busy={!isKept}
      onClose={onKept}
      title={say('guard.backup')}
      more={say('guard.backup_hint')}
      acts={
        <Button look="primary" disabled={!isKept} onClick={onKept}>
          {say('guard.backup_finish')}
        </Button>
      }
    >
      <div className="grid gap-3">
        <CodeList codes={codes} />
        <Note>{say('guard.backup_replaced')}</Note>
        <Checkbox
          label={say('guard.backup_kept')}
          checked={isKept}
          onChange={({ target }) => setIsKept(target.checked)}
        />
      </div>
    </Dialog>
  )
}
