import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

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

export const OwnerLink = ({ id, children }: Props) => (
  <Link to="/console/people/$id" params={{ id }} className={LOOK}>
    <Id id={id}>{children}</Id>
  </Link>
)

export const OrderLink = ({ id, children }: Props) => (
  <Link to="/console/orders/$id" params={{ id }} className={LOOK}>
    <Id id={id}>{children}</Id>
  </Link>
)

/** Whoever did something: a person or key of ours, or the house itself. */
export const Actor = ({ id }: { readonly id: string }) =>
  id.startsWith('usr_') ? (
    <OwnerLink id={id} />
  ) : (
    <span className="font-mono text-small whitespace-nowrap" title={id}>
      {shortId(id)}
    </span>
  )

export const linkLook = LOOK
