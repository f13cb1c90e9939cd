import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { Button } from '~/kit/button.tsx'
import { Input } from '~/kit/field.tsx'
import { Note, ProblemNote } from '~/kit/notes.tsx'
import { Form, Head, isEmail, LINK } from '~/portal/sign-in/parts.tsx'
import { useWords } from '~/words/words.ts'

/** The answer is the same whether or not the address has an account, and so are the words. */
export function ForgotPage() {
  const say = useWords('sign-in')
  const [email, setEmail] = useState('')
  const [tried, setTried] = useState(false)
  const asks = useMutation({
    mutationFn: () =>
      api.post('/api/v1/auth/request-password-reset', { body: { email: email.trim() } }),
  })
  return (
    <>
      <Head title={say('forgot.title')} more={say('forgot.more')} />
      {asks.isSuccess ? (
        <Note tone="good" title={say('forgot.sent')}>
          {say('forgot.sent_more', { email: email.trim() })}
        </Note>
      ) : (
        <Form
          onSubmit={() => {
            setTried(true)
            if (isEmail(email) && !asks.isPending) asks.mutate()
          }}
        >
          <Input
            label={say('email.label')}
            type="email"
            name="email"
            autoComplete="username"
            inputMode="email"
            maxLength={254}
            value={email}
            fault={tried && !isEmail(email) ? say('email.invalid') : undefined}
            onChange={(event) => setEmail(event.target.value)}
          />
          {asks.error && <ProblemNote error={asks.error} />}
          <Button type="submit" look="primary" wide busy={asks.isPending}>
            {say('forgot.act')}
          </Button>
        </Form>
      )}
      <p className="mt-6 text-center">
        <Link to="/sign-in" className={LINK}>
          {say('to_sign_in')}
        </Link>
      </p>
    </>
  )
}
