import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { type Me, meQuery } from '~/app/queries.ts'
import { Card } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { tell } from '~/kit/toast.tsx'
import { AskPassword } from '~/portal/settings/ask-password.tsx'
import { BackupCodes } from '~/portal/settings/backup-codes.tsx'
import { Enrolment } from '~/portal/settings/enrolment.tsx'
import { useWords } from '~/words/words.ts'

/** Off, being switched on, or on. What was begun and not finished counts for nothing. */
export function SecondFactor({ me }: { readonly me: Me }) {
  const say = useWords('settings')
  const queries = useQueryClient()
  const [begun, setBegun] = useState<Answer<'enable_second_factor'>>()
  // From the first press on, what comes in the place of what was pressed takes the focus.
  const [pressed, setPressed] = useState(false)
  const isOn = me.user.second_factor
  const leave = () => {
    setBegun(undefined)
    setPressed(true)
  }
  const settled = (title: string) => {
    leave()
    for (const queryKey of [meQuery.queryKey, ['sessions']])
      void queries.invalidateQueries({ queryKey })
    tell({ title })
  }
  return (
    <Card
      title={say('guard.title')}
      more={say('guard.hint')}
      aside={
        <Chip tone={isOn ? 'good' : 'plain'}>{isOn ? say('guard.on') : say('guard.off')}</Chip>
      }
    >
      {begun ? (
        <Enrolment begun={begun} onDone={() => settled(say('guard.done'))} onCancel={leave} />
      ) : isOn ? (
        <div className="grid gap-6">
          <BackupCodes hasPassword={me.user.email !== null} focus={pressed} />
          <SwitchOff
            hasPassword={me.user.email !== null}
            onDone={() => settled(say('guard.stopped'))}
          />
        </div>
      ) : (
        <Begin hasPassword={me.user.email !== null} onBegun={setBegun} focus={pressed} />
      )}
    </Card>
  )
}

interface BeginProps {
  readonly hasPassword: boolean
  readonly onBegun: (begun: Answer<'enable_second_factor'>) => void
  readonly focus: boolean
}

function Begin({ hasPassword, onBegun, focus }: BeginProps) {
  const say = useWords('settings')
  const begin = useMutation({
    mutationFn: (password: string) =>
      api.post('/api/v1/auth/two-factor/enable', { body: hasPassword ? { password } : {} }),
    onSuccess: onBegun,
  })
  return (
    <AskPassword
      hasPassword={hasPassword}
      act={begin}
      word={say('guard.start')}
      next={say('guard.continue')}
      focus={focus}
    />
  )
}

interface OffProps {
  readonly hasPassword: boolean
  readonly onDone: () => void
}

function SwitchOff({ hasPassword, onDone }: OffProps) {
  const say = useWords('settings')
  const stop = useMutation({
    mutationFn: (password: string) =>
      api.post('/api/v1/auth/two-factor/disable', { body: hasPassword ? { password } : {} }),
    onSuccess: onDone,
  })
  return (
    <AskPassword
      hasPassword={hasPassword}
      act={stop}
      word={say('guard.stop')}
      next={say('guard.stop')}
      danger
    />
  )
}
