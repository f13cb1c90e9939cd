import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { faultOf, Problem } from '~/app/problem.ts'
import { site } from '~/app/site.ts'
import { Button } from '~/kit/button.tsx'
import { Input } from '~/kit/field.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import {
  enter,
  Form,
  Head,
  isEmail,
  LINK,
  PASSWORD_LETTERS_MIN,
  PasswordInput,
} from '~/portal/sign-in/parts.tsx'
import { signUp } from '~/portal/sign-in/routes.tsx'
import { WechatButton } from '~/portal/sign-in/wechat.tsx'
import { type Say, useLanguage, useWords } from '~/words/words.ts'

/** Where they are, as far as their browser knows: times are shown by its clock, until they choose another. */
const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

interface Wish {
  readonly name: string
  readonly email: string
  readonly password: string
}

export function SignUpPage() {
  const say = useWords('sign-in')
  const locale = useLanguage()
  const { return_to: returnTo } = signUp.useSearch()
  const [wish, setWish] = useState<Wish>({ name: '', email: '', password: '' })
  const [tried, setTried] = useState(false)
  const enters = useMutation({
    mutationFn: ({ name, email, password }: Wish) =>
      api.post('/api/v1/auth/sign-up/email', {
        body: { name: name.trim(), email: email.trim(), password, locale, time_zone: zoneHere() },
      }),
    onSuccess: () => enter(returnTo),
  })
  const change = (change: Partial<Wish>) => {
    setWish({ ...wish, ...change })
    enters.reset()
  }
  const own = tried ? ownFaults(wish, say) : {}
  const told = toldFaults(enters.error, say)
  const isTold = Object.values(told).some((fault) => fault !== undefined)
  return (
    <>
      <Head title={say('up.title')} more={say('up.more')} />
      <Form
        onSubmit={() => {
          setTried(true)
          const sound = Object.keys(ownFaults(wish, say)).length === 0
          if (sound && !enters.isPending) enters.mutate(wish)
        }}
      >
        <Input
          label={say('name.label')}
          name="name"
          autoComplete="nickname"
          maxLength={80}
          value={wish.name}
          fault={own.name ?? told.name}
          onChange={(event) => change({ name: event.target.value })}
        />
        <Input
          label={say('email.label')}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          maxLength={254}
          value={wish.email}
          fault={own.email ?? told.email}
          onChange={(event) => change({ email: event.target.value })}
        />
        <PasswordInput
          fresh
          label={say('password.label')}
          hint={say('password.hint', { letters: PASSWORD_LETTERS_MIN })}
          value={wish.password}
          fault={own.password ?? told.password}
          onChange={(password) => change({ password })}
        />
        {enters.error && !isTold && <ProblemNote error={enters.error} />}
        <Button type="submit" look="primary" wide busy={enters.isPending || enters.isSuccess}>
          {say('up.act')}
        </Button>
      </Form>
      {site.wechat && <WechatButton returnTo={returnTo} />}
      <p className="mt-6 text-center text-soft">
        {say('up.known')}{' '}
        <Link to="/sign-in" search={{ return_to: returnTo }} className={LINK}>
          {say('in.act')}
        </Link>
      </p>
    </>
  )
}

type Faults = { readonly [Field in keyof Wish]?: string | undefined }

const ownFaults = ({ name, email, password }: Wish, say: Say<'sign-in'>): Faults => ({
  ...(name.trim() === '' && { name: say('name.missing') }),
  ...(!isEmail(email) && { email: say('email.invalid') }),
  ...(password.length < PASSWORD_LETTERS_MIN && {
    password: say('password.hint', { letters: PASSWORD_LETTERS_MIN }),
  }),
})

const FIELD_OF: Readonly<Record<string, keyof Wish>> = {
  email_taken: 'email',
  email_invalid: 'email',
  weak_password: 'password',
}

/** What the server says, at the field it is about. */
function toldFaults(error: unknown, say: Say<'sign-in'>): Faults {
  if (!(error instanceof Problem)) return {}
  const field = Object.hasOwn(FIELD_OF, error.code) ? FIELD_OF[error.code] : undefined
  if (field !== undefined) return { [field]: [error.message, error.hint].filter(Boolean).join(' ') }
  return {
    name: faultOf(error, 'name') && say('name.invalid'),
    email: faultOf(error, 'email') && say('email.invalid'),
  }
}
