import type { ReactNode } from 'react'
import { Icon, type IconName } from '~/kit/icons.tsx'

const TONES = {
  plain: 'bg-sunken text-soft',
  bronze: 'bg-bronze-wash text-bronze-deep',
  good: 'bg-good-wash text-good',
  bad: 'bg-bad-wash text-bad',
  warn: 'bg-warn-wash text-warn',
  note: 'bg-note-wash text-note',
} as const
export type Tone = keyof typeof TONES

/** The picture says it again, for who does not see the colour. */
const PICTURES: Partial<Record<Tone, IconName>> = {
  good: 'check',
  bad: 'close',
  warn: 'warning',
  note: 'clock',
}

interface Props {
  readonly tone?: Tone
  /** Another picture than the tone's, or none. */
  readonly icon?: IconName | null
  readonly children: ReactNode
}

/** A state in a word. What is not known yet is `note`, never `bad`. */
export function Chip({ tone = 'plain', icon, children }: Props) {
  const picture = icon === undefined ? PICTURES[tone] : icon
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-full px-2.5 py-0.5 text-small whitespace-nowrap ${TONES[tone]}`}
    >
      {picture && <Icon name={picture} className="size-3.5" />}
      {children}
    </span>
  )
}
