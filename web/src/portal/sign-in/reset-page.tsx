import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api } from '~/app/api.ts'
import { problemOf } from '~/app/problem.ts'
import { Button, buttonLook } from '~/kit/button.tsx'
import { Note, ProblemNote } from '~/kit/notes.tsx'
import { Form, Head, LINK, PASSWORD_LETTERS_MIN, PasswordInput } from '~/portal/sign-in/parts.tsx'
import { reset } from '~/portal/sign-in/routes.tsx'
import { useWords } from '~/words/words.ts'

/** Where the mail leads to. */
export function ResetPage() {
  const say = useWords('sign-in')
  const { token } = reset.useSearch()
  // Kept here and taken out of the address: it must not stay in the history of the browser.
  const [kept] = useState(token)
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  useEffect(() => {
    if (token !== undefined) history.replaceState(history.state, '', location.pathname)
  }, [token])
  const saves = useMutation({
    mutationFn: () =>
      api.post('/api/v1/auth/reset-password', {
        body: { token: kept ?? '', new_password: password },
      }),
  })
  const code = saves.error === null ? undefined : problemOf(saves.error).code
  if (kept === undefined || code === 'link_expired') return <Expired />
  if (saves.isSuccess)
    return (
      <>
        <Head title={say('reset.done')} more={say('reset.done_more')} />
        <Link to="/sign-in" className={buttonLook({ look: 'primary', wide: true })}>
          {say('in.act')}
        </Link>
      </>
    )
  const short = password.length < PASSWORD_LETTERS_MIN
  const hint = say('password.hint', { letters: PASSWORD_LETTERS_MIN })
  const weak = code === 'weak_password' ? problemOf(saves.error).message : undefined
  return (
    <>
      <Head title={say('reset.title')} more={say('reset.more')} />
      <Form
        onSubmit={() => {
          setTried(true)
          if (!short && !saves.isPending) saves.mutate()
        }}
      >
        <PasswordInput
          fresh
          label={say('reset.password')}
          hint={hint}
          fault={tried && short ? hint : weak}
          value={password}
          onChange={setPassword}
        />
        {saves.error && weak === undefined && <ProblemNote error={saves.error} />}
        <Button type="submit" look="primary" wide busy={saves.isPending}>
          {say('reset.act')}
        </Button>
      </Form>
    </>
  )
}

function Expired() {
  const say = useWords('sign-in')
  return (
    <>
      <Head title={say('reset.expired')} />
      <Note tone="warn" title={say('reset.expired_more')} />
      <p className="mt-6 text-center">
        <Link to="/forgot-password" className={LINK}>
          {say('forgot.act')}
        </Link>
      </p>
    </>
  )
}
