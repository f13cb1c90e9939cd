import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { problemOf } from '~/app/problem.ts'
import { Button } from '~/kit/button.tsx'
import { CodeInput } from '~/kit/code-input.tsx'
import { Input } from '~/kit/field.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { Form, Head } from '~/portal/sign-in/parts.tsx'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly onIn: () => void
  readonly onBack: () => void
}

/** The second factor: six figures of the app, or one of the codes that were kept for the day it is lost. */
export function CodeStep({ onIn, onBack }: Props) {
  const say = useWords('sign-in')
  const [kind, setKind] = useState<'totp' | 'backup'>('totp')
  const [code, setCode] = useState('')
  const verify = useMutation({
    mutationFn: (typed: string) =>
      api.post('/api/v1/auth/two-factor/verify', { body: { code: typed.trim(), kind } }),
    onSuccess: onIn,
    onError: () => setCode(''),
  })
  const send = (typed: string) => {
    if (typed.trim().length >= 6 && !verify.isPending) verify.mutate(typed)
  }
  const wrong = verify.error !== null && problemOf(verify.error).code === 'wrong_code'
  const fault = wrong && code === '' ? problemOf(verify.error).message : undefined
  return (
    <>
      <Head title={say('code.title')} more={say(`code.more.${kind}`)} />
      <Form onSubmit={() => send(code)}>
        {kind === 'totp' ? (
          <CodeInput
            key="totp"
            autoFocus
            label={say('code.label.totp')}
            value={code}
            onChange={setCode}
            onComplete={send}
            fault={fault}
          />
        ) : (
          <Input
            label={say('code.label.backup')}
            value={code}
            autoComplete="off"
            maxLength={32}
            fault={fault}
            onChange={(event) => setCode(event.target.value)}
          />
        )}
        {verify.error !== null && !wrong && <ProblemNote error={verify.error} />}
        <Button type="submit" look="primary" wide busy={verify.isPending || verify.isSuccess}>
          {say('code.act')}
        </Button>
      </Form>
      <div className="mt-4 flex flex-wrap justify-between gap-2">
        <Button look="quiet" size="small" onClick={onBack}>
          {say('code.back')}
        </Button>
        <Button
          look="quiet"
          size="small"
          onClick={() => {
            setKind(kind === 'totp' ? 'backup' : 'totp')
            setCode('')
          }}
        >
          {say(kind === 'totp' ? 'code.use_backup' : 'code.use_app')}
        </Button>
      </div>
    </>
  )
}
