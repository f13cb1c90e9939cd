import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '~/app/api.ts'
import { Problem } from '~/app/problem.ts'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { tell } from '~/kit/toast.tsx'
import { PASSWORD_LETTERS_MIN, PasswordInput } from '~/portal/sign-in/parts.tsx'
import { useWords } from '~/words/words.ts'

const EMPTY = { current_password: '', new_password: '' }

export function Password() {
  const say = useWords('settings')
  const signIn = useWords('sign-in')
  const queries = useQueryClient()
  const [typed, setTyped] = useState(EMPTY)
  const change = useMutation({
    mutationFn: () => api.post('/api/v1/auth/change-password', { body: typed }),
    onSuccess: () => {
      setTyped(EMPTY)
      void queries.invalidateQueries({ queryKey: ['sessions'] })
      tell({ title: say('password.done') })
    },
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    change.mutate()
  }
  const isShort = typed.current_password === '' || typed.new_password.length < PASSWORD_LETTERS_MIN
  const current = saidOf(change.error, 'wrong_password')
  const fresh = saidOf(change.error, 'weak_password') ?? saidOf(change.error, 'same_password')
  return (
    <Card title={say('password.title')} more={say('password.hint')}>
      <form onSubmit={send} className="grid gap-4">
        <PasswordInput
          label={say('password.current')}
          value={typed.current_password}
          fault={current}
          onChange={(text) => setTyped({ ...typed, current_password: text })}
        />
        <PasswordInput
          fresh
          label={say('password.new')}
          hint={signIn('password.hint', { letters: PASSWORD_LETTERS_MIN })}
          value={typed.new_password}
          fault={fresh}
          onChange={(text) => setTyped({ ...typed, new_password: text })}
        />
        {change.isError && current === undefined && fresh === undefined && (
          <ProblemNote error={change.error} of="acting" />
        )}
        <div>
          <Button type="submit" busy={change.isPending} disabled={isShort}>
            {say('password.go')}
          </Button>
        </div>
      </form>
    </Card>
  )
}

/** What a refusal says where it is this one, and so about this field. */
export const saidOf = (error: unknown, code: string): string | undefined =>
  error instanceof Problem && error.code === code ? error.message : undefined
