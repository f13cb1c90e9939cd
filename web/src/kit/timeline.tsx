import type { ReactNode } from 'react'
import { Icon, type IconName } from '~/kit/icons.tsx'
import { RelativeTime } from '~/kit/times.tsx'

const TONES = {
  plain: 'bg-sunken text-soft',
  good: 'bg-good-wash text-good',
  bad: 'bg-bad-wash text-bad',
  warn: 'bg-warn-wash text-warn',
  note: 'bg-note-wash text-note',
  bronze: 'bg-bronze-wash text-bronze-deep',
} as const

export interface Happened {
  readonly id: string
  readonly at: string
  readonly title: ReactNode
  readonly more?: ReactNode
  /** At the right: an amount. */
  readonly aside?: ReactNode
  readonly icon?: IconName
  readonly tone?: keyof typeof TONES
}

/** What happened, newest or oldest first as it is given. */
export function Timeline({ items }: { readonly items: readonly Happened[] }) {
  return (
    <ol className="grid grid-cols-1">
      {items.map((item) => (
        <li key={item.id} className="group relative flex gap-3 pb-5 last:pb-0">
          <span
            aria-hidden="true"
            className="absolute top-8 bottom-0 left-4 w-px bg-line group-last:hidden"
          />
          <span
            className={`grid size-8 shrink-0 place-items-center rounded-full ${TONES[item.tone ?? 'plain']}`}
          >
            <Icon name={item.icon ?? 'clock'} className="size-4" />
          </span>
          <div className="min-w-0 flex-1 pt-1">
            <div className="flex flex-wrap items-baseline justify-between gap-x-3">
              <span className="min-w-0 font-semibold break-keep wrap-anywhere">{item.title}</span>
              {item.aside !== undefined && <span>{item.aside}</span>}
            </div>
            {item.more !== undefined && <div className="text-small text-soft">{item.more}</div>}
            <div className="text-tiny text-soft">
              <RelativeTime at={item.at} />
            </div>
          </div>
        </li>
      ))}
    </ol>
  )
}
