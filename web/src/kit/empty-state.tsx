import type { ReactNode } from 'react'
import { Icon, type IconName } from '~/kit/icons.tsx'

interface Props {
  readonly title: ReactNode
  /** Why it is empty, or what to do about it. */
  readonly more?: ReactNode
  readonly act?: ReactNode
  readonly icon?: IconName
}

export function EmptyState({ title, more, act, icon = 'inbox' }: Props) {
  return (
    <div className="grid justify-items-center gap-2 px-4 py-10 text-center">
      <span className="mb-1 grid size-12 place-items-center rounded-full bg-sunken text-soft">
        <Icon name={icon} className="size-6" />
      </span>
      <p className="font-semibold">{title}</p>
      {more !== undefined && <p className="max-w-sm text-small text-balance text-soft">{more}</p>}
      {act !== undefined && <div className="mt-3">{act}</div>}
    </div>
  )
}
