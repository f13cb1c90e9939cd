import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { type FormEvent, useState } from 'react'
import { api } from '~/app/api.ts'
import { type Me, meQuery } from '~/app/queries.ts'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { tell } from '~/kit/toast.tsx'
import { Enrolment } from '~/portal/settings/enrolment.tsx'
import { saidOf } from '~/portal/settings/password.tsx'
import { PasswordInput } from '~/portal/sign-in/parts.tsx'
import { useWords } from '~/words/words.ts'

/** Off, being switched on, or on. What was begun and not finished counts for nothing. */
export function SecondFactor({ me }: { readonly me: Me }) {
  const say = useWords('settings')
  const queries = useQueryClient()
  const [begun, setBegun] = useState<Answer<'enable_second_factor'>>()
  const isOn = me.user.second_factor
  const settled = (title: string) => {
    setBegun(undefined)
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
        <Enrolment
          begun={begun}
          onDone={() => settled(say('guard.done'))}
          onCancel={() => setBegun(undefined)}
        />
      ) : isOn ? (
        <SwitchOff
          hasPassword={me.user.email !== null}
          onDone={() => settled(say('guard.stopped'))}
        />
      ) : (
        <Begin hasPassword={me.user.email !== null} onBegun={setBegun} />
      )}
    </Card>
  )
}

interface BeginProps {
  readonly hasPassword: boolean
  readonly onBegun: (begun: Answer<'enable_second_factor'>) => void
}

function Begin({ hasPassword, onBegun }: BeginProps) {
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

interface AskProps {
  readonly hasPassword: boolean
  readonly act: {
    readonly mutate: (password: string) => void
    readonly isPending: boolean
    readonly error: unknown
  }
  readonly word: string
  readonly next: string
  readonly danger?: boolean
}

/** A button, and behind it the password, where there is one. */
function AskPassword({ hasPassword, act, word, next, danger = false }: AskProps) {
  const say = useWords('settings')
  const [open, setOpen] = useState(false)
  const [password, setPassword] = useState('')
  const wrong = saidOf(act.error, 'wrong_password')
  const problem =
    act.error !== null && wrong === undefined ? <ProblemNote error={act.error} of="acting" /> : null
  if (!open || !hasPassword)
    return (
      <div className="grid justify-items-start gap-3">
        <Button busy={act.isPending} onClick={() => (hasPassword ? setOpen(true) : act.mutate(''))}>
          {word}
        </Button>
        {problem}
      </div>
    )
  const send = (event: FormEvent) => {
    event.preventDefault()
    act.mutate(password)
  }
  return (
    <form onSubmit={send} className="grid gap-4">
      <PasswordInput
        label={say('guard.password')}
        value={password}
        fault={wrong}
        onChange={setPassword}
      />
      {problem}
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          look={danger ? 'danger' : 'primary'}
          busy={act.isPending}
          disabled={password === ''}
        >
          {next}
        </Button>
        <Button look="quiet" onClick={() => setOpen(false)}>
          {say('cancel')}
        </Button>
      </div>
    </form>
  )
}
