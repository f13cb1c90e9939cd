import {
  type ButtonHTMLAttributes,
  lazy,
  type ReactNode,
  type Ref,
  Suspense,
  useState,
} from 'react'
import type { Me } from '~/app/queries.ts'
import { Icon } from '~/kit/icons.tsx'
import { useWords } from '~/words/words.ts'

const load = () => import('~/shell/person-menu.tsx')
// What does not come now is asked for again at the press.
const ahead = () => void load().catch(() => undefined)
const PersonMenu = lazy(async () => ({ default: (await load()).PersonMenu }))

interface PersonProps {
  readonly me: Me
  /** Links of the area, above the choices. */
  readonly children?: ReactNode
}

/** The menu is a fifth of the script of a page and opened on few of them: it is loaded at the first touch. */
export function Person({ me, children }: PersonProps) {
  const [wanted, setWanted] = useState(false)
  const button = (
    <PersonButton
      name={me.user.name}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={ahead}
      onFocus={ahead}
      onClick={() => setWanted(true)}
    />
  )
  if (!wanted) return button
  return (
    <Suspense fallback={button}>
      <PersonMenu me={me}>{children}</PersonMenu>
    </Suspense>
  )
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly name: string
  readonly ref?: Ref<HTMLButtonElement>
}

export function PersonButton({ name, ...rest }: ButtonProps) {
  const say = useWords('shell')
  return (
    <button
      {...rest}
      type="button"
      aria-label={say('menu.of', { name })}
      className="grid size-11 place-items-center rounded-full hover:bg-sunken"
    >
      <Face name={name} />
    </button>
  )
}

/** Nobody is asked for a picture; the first letter is enough. */
function Face({ name }: { readonly name: string }) {
  const [letter] = [...name.trim()]
  return (
    <span className="grid size-8 place-items-center rounded-full bg-bronze-wash font-semibold text-bronze-deep">
      {letter?.toUpperCase() ?? <Icon name="person" />}
    </span>
  )
}
