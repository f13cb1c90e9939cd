import { type FormEvent, type ReactNode, type Ref, useState } from 'react'
import { Input } from '~/kit/field.tsx'
import { Icon } from '~/kit/icons.tsx'
import { useTitle } from '~/kit/page-header.tsx'
import { useWords } from '~/words/words.ts'

/** What the server asks for, said before it has to. */
export const PASSWORD_LETTERS_MIN = 8
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/
export const isEmail = (text: string): boolean => EMAIL.test(text.trim())

interface HeadProps {
  readonly title: string
  readonly more?: ReactNode
}

export function Head({ title, more }: HeadProps) {
  useTitle(title)
  return (
    <div className="mb-6">
      <h1 className="text-title font-semibold">{title}</h1>
      {more !== undefined && <p className="mt-1 text-soft">{more}</p>}
    </div>
  )
}

interface FormProps {
  readonly onSubmit: () => void
  readonly children: ReactNode
}

/** The browser's own bubbles speak the browser's language: ours stand in the page. */
export function Form({ onSubmit, children }: FormProps) {
  return (
    <form
      noValidate
      className="grid gap-5"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {children}
    </form>
  )
}

interface PasswordProps {
  readonly label: string
  readonly hint?: string
  readonly fault?: string | undefined
  readonly aside?: ReactNode
  readonly value: string
  readonly onChange: (text: string) => void
  readonly fresh?: boolean
  readonly ref?: Ref<HTMLInputElement>
}

export function PasswordInput({
  label,
  hint,
  fault,
  aside,
  value,
  onChange,
  fresh = false,
  ref,
}: PasswordProps) {
  const say = useWords('sign-in')
  const [shown, setShown] = useState(false)
  return (
    <Input
      {...(ref && { ref })}
      label={label}
      hint={hint}
      fault={fault}
      aside={aside}
      name="password"
      type={shown ? 'text' : 'password'}
      autoComplete={fresh ? 'new-password' : 'current-password'}
      value={value}
      maxLength={128}
      onChange={(event) => onChange(event.target.value)}
      after={
        <button
          type="button"
          aria-pressed={shown}
          aria-label={say('password.show')}
          onClick={() => setShown(!shown)}
          className="grid size-9 place-items-center rounded-[6px] hover:bg-sunken aria-pressed:text-bronze"
        >
          <Icon name="eye" />
        </button>
      }
    />
  )
}

export const LINK =
  'text-bronze underline decoration-line underline-offset-4 hover:decoration-bronze'

/** To another document: what was loaded for nobody is not kept for somebody. */
export const enter = (path: string | undefined): void => location.assign(path ?? '/')
