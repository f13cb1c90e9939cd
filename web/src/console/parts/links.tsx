import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useName } from '~/console/parts/names.ts'
import { useTerm } from '~/console/parts/term.ts'
import { CopyId } from '~/kit/copy-id.tsx'

const LOOK = 'underline decoration-line underline-offset-4 hover:decoration-bronze'

interface Props {
  readonly id: string
  readonly children?: ReactNode
}

/** The end of an id tells it from its neighbours; all of it stands in the title. */
export const shortId = (id: string): string =>
  id.length > 18 ? `${id.slice(0, id.indexOf('_') + 1)}…${id.slice(-8)}` : id

const Id = ({ id, children }: Props) =>
  children ?? (
    <span className="font-mono text-small whitespace-nowrap" title={id}>
      {shortId(id)}
    </span>
  )

/** By their name where the reader may know it, and there is one. */
export function Owner({ id }: { readonly id: string }) {
  const name = useName(id)
  return (
    <Id id={id}>
      {name && (
        <span
          className="break-words sm:inline-block sm:max-w-40 sm:truncate sm:align-bottom"
          title={`${name} · ${id}`}
        >
          {name}
        </span>
      )}
    </Id>
  )
}

export const OwnerLink = ({ id, children }: Props) => (
  <Link to="/console/people/$id" params={{ id }} className={LOOK}>
    {children ?? <Owner id={id} />}
  </Link>
)

export const OrderLink = ({ id, children }: Props) => (
  <Link to="/console/orders/$id" params={{ id }} className={LOOK}>
    <Id id={id}>{children}</Id>
  </Link>
)

/** Whoever did something: a person or key of ours, or a part of the house, which has a name. */
export function Actor({ id }: { readonly id: string }) {
  const term = useTerm()
  if (id.startsWith('usr_')) return <OwnerLink id={id} />
  if (!id.includes('_')) return <span className="whitespace-nowrap">{term('actor', id)}</span>
  return <Id id={id} />
}

/** In a table: its end, and all of it at a press. */
export const ShortId = ({ id }: { readonly id: string }) => <CopyId text={id} shown={shortId(id)} />

export const linkLook = LOOK
