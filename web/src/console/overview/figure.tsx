import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { linkLook } from '~/console/parts/links.tsx'

interface Props {
  readonly label: string
  readonly value: ReactNode
  readonly more?: ReactNode
  readonly aside?: ReactNode
  /** To the rows it is the sum of; undefined where who looks may not see them. */
  readonly link?: Pick<LinkProps, 'to' | 'search'> | undefined
}

/** A number with its name; it leads to its rows. */
export function Figure({ label, value, more, aside, link }: Props) {
  return (
    <div className="min-w-0">
      <dt className="text-small text-soft">{label}</dt>
      <dd className="tabular text-lead font-semibold break-words">
        {link ? (
          <Link {...link} className={linkLook}>
            {value}
          </Link>
        ) : (
          value
        )}
        {aside !== undefined && <span className="ml-2 text-small font-normal">{aside}</span>}
      </dd>
      {more !== undefined && <dd className="text-small text-soft">{more}</dd>}
    </div>
  )
}
