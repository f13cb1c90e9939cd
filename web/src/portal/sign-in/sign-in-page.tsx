import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { api } from '~/app/api.ts'
import { kept } from '~/app/kept.ts'
import { isUnknown, Problem, problemOf } from '~/app/problem.ts'
import { meQuery } from '~/app/queries.ts'
import { site } from '~/app/site.ts'
import { Button } from '~/kit/button.tsx'
import { Input } from '~/kit/field.tsx'
import { Note, ProblemNote } from '~/kit/notes.tsx'
import { CodeStep } from '~/portal/sign-in/code-step.tsx'
import { enter, Form, Head, isEmail, LINK, PasswordInput } from '~/portal/sign-in/parts.tsx'
import { signIn } from '~/portal/sign-in/routes.tsx'
import { WechatButton, WechatNotice } from '~/portal/sign-in/wechat.tsx'
import { useWords } from '~/words/words.ts'

export function SignInPage() {
  const say = useWords('sign-in')
  const { step, problem, return_to: returnTo } = signIn.useSearch()
  const navigate = signIn.useNavigate()
  // Where nobody ever was in, nobody is asked for.
  const wasIn = kept('in') !== undefined
  const me = useQuery({ ...meQuery, enabled: wasIn })
  const isIn = me.data !== undefined
  // Whoever signs out by themselves is forgotten here.
  const wasEnded = wasIn && me.error instanceof Problem && me.error.status === 401
  useEffect(() => {
    if (isIn && problem === undefined) enter(returnTo)
  }, [isIn, problem, returnTo])
  const toCode = () => void navigate({ search: { return_to: returnTo, step: 'code' } })
  if (step === 'code')
    return (
      <CodeStep
        onIn={() => enter(returnTo)}
        onBack={() => void navigate({ search: { return_to: returnTo } })}
      />
    )
  return (
    <>
      {problem !== undefined && <WechatNotice problem={problem} returnTo={returnTo} />}
      {wasEnded && problem === undefined && (
        <div className="mb-6">
          <Note>{say('in.ended')}</Note>
        </div>
      )}
      <EmailForm returnTo={returnTo} onCode={toCode} />
      {site.wechat && <WechatButton returnTo={returnTo} />}
      <p className="mt-6 text-center text-soft">
        {say('in.new')}{' '}
        <Link to="/sign-up" search={{ return_to: returnTo }} className={LINK}>
          {say('up.act')}
        </Link>
      </p>
    </>
  )
}

interface Props {
  readonly returnTo: string | undefined
  readonly onCode: () => void
}

function EmailForm({ returnTo, onCode }: Props) {
  const say = useWords('sign-in')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const enters = useMutation({
    mutationFn: () =>
      api.post('/api/v1/auth/sign-in/email', { body: { email: email.trim(), password } }),
    onSuccess: ({ second_factor_needed: needed }) => (needed ? onCode() : enter(returnTo)),
  })
  const wrong = enters.error instanceof Problem && enters.error.code === 'wrong_credentials'
  const emailFault = tried && !isEmail(email) ? say('email.invalid') : undefined
  const passwordFault = tried && password === '' ? say('password.missing') : undefined
  return (
    <>
      <Head title={say('in.title')} more={say('in.more')} />
      <Form
        onSubmit={() => {
          setTried(true)
          if (isEmail(email) && password !== '' && !enters.isPending) enters.mutate()
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
          fault={emailFault}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordInput
          label={say('password.label')}
          value={password}
          onChange={setPassword}
          fault={passwordFault ?? (wrong ? problemOf(enters.error).message : undefined)}
          aside={
            <Link to="/forgot-password" className={LINK}>
              {say('in.forgot')}
            </Link>
          }
        />
        {enters.error && !wrong && <SignInProblem error={enters.error} />}
        <Button type="submit" look="primary" wide busy={enters.isPending || enters.isSuccess}>
          {say('in.act')}
        </Button>
      </Form>
    </>
  )
}

/** Signing in moves no value: what is unknown may simply be tried again. */
const SignInProblem = ({ error }: { readonly error: unknown }) => (
  <ProblemNote error={error} of={isUnknown(error) ? 'reading' : 'acting'} />
)
