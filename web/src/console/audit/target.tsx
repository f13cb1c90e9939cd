import type { ReactNode } from 'react'
import type { Entry } from '~/console/audit/page.tsx'
import { useTerm } from '~/console/parts/term.ts'

/** There is one alone of these, or all are meant: their kind says it. */
const ONLY = ['trail', 'clock', 'all']

interface Props {
  readonly entry: Entry
  readonly children: ReactNode
}

/** To what something was done: its kind in words, and which one. */
export function Target({ entry: { target_kind, target_id }, children }: Props) {
  const term = useTerm()
  return (
    <span>
      {term('target', target_kind)} {!ONLY.includes(target_id) && children}
    </span>
  )
}
