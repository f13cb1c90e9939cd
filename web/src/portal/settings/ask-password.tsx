import { type FormEvent, useState } from 'react'
import { Button } from '~/kit/button.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { takeFocus } from '~/portal/settings/focus.ts'
import { saidOf } from '~/portal/settings/password.tsx'
import { PasswordInput } from '~/portal/sign-in/parts.tsx'
import { useWords } from '~/words/words.ts'

interface AskProps {
  readonly hasPassword: boolean
  readonly act: {
    readonly mutate: (password: string, then?: { readonly onSuccess: () => void }) => void
    readonly reset: () => void
    readonly isPending: boolean
    readonly error: unknown
  }
  readonly word: string
  readonly next: string
  /** What comes of it, where the button does not say it all. */
  readonly more?: string
  readonly danger?: boolean
  /** It came in the place of what had the focus. */
  readonly focus?: boolean
}

/** A button, and behind it the password, where there is one. */
export function AskPassword({
  hasPassword,
  act,
  word,
  next,
  more,
  danger = false,
  focus = false,
}: AskProps) {
  const say = useWords('settings')
  const [stage, setStage] = useState<'new' | 'open' | 'shut'>(focus ? 'shut' : 'new')
  const [password, setPassword] = useState('')
  const wrong = saidOf(act.error, 'wrong_password')
  const problem =
    act.error !== null && wrong === undefined ? <ProblemNote error={act.error} of="acting" /> : null
  if (stage !== 'open' || !hasPassword)
    return (
      <div className="grid justify-items-start gap-3">
        <Button
          ref={stage === 'shut' ? takeFocus : null}
          busy={act.isPending}
          onClick={() => (hasPassword ? setStage('open') : act.mutate(''))}
        >
          {word}
        </Button>
        {more !== undefined && <p className="text-small text-soft">{more}</p>}
        {problem}
      </div>
    )
  const shut = () => {
    setStage('shut')
    setPassword('')
  }
  const send = (event: FormEvent) => {
    event.preventDefault()
    act.mutate(password, { onSuccess: shut })
  }
  return (
    <form onSubmit={send} className="grid gap-4">
      {more !== undefined && <p className="text-small text-soft">{more}</p>}
      <PasswordInput
        ref={takeFocus}
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
        <Button
          look="quiet"
          disabled={act.isPending}
          onClick={() => {
            act.reset()
            shut()
          }}
        >
          {say('cancel')}
        </Button>
      </div>
    </form>
  )
}
