import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '~/app/api.ts'
import { Problem } from '~/app/problem.ts'
import { Button } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { Input } from '~/kit/field.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { tell } from '~/kit/toast.tsx'
import { useWords } from '~/words/words.ts'

const EMPTY = { current_password: '', new_password: '' }

export function Password() {
  const say = useWords('settings')
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
  const current = saidOf(change.error, 'wrong_password')
  const fresh = saidOf(change.error, 'weak_password')
  return (
    <Card title={say('password.title')} more={say('password.hint')}>
      <form onSubmit={send} className="grid gap-4">
        <Input
          type="password"
          required
          label={say('password.current')}
          autoComplete="current-password"
          value={typed.current_password}
          fault={current}
          onChange={({ target }) => setTyped({ ...typed, current_password: target.value })}
        />
        <Input
          type="password"
          required
          label={say('password.new')}
          autoComplete="new-password"
          value={typed.new_password}
          fault={fresh}
          onChange={({ target }) => setTyped({ ...typed, new_password: target.value })}
        />
        {change.isError && current === undefined && fresh === undefined && (
          <ProblemNote error={change.error} of="acting" />
        )}
        <div>
          <Button type="submit" busy={change.isPending}>
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
