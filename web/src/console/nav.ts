import type { LinkProps } from '@tanstack/react-router'
import type { IconName } from '~/kit/icons.tsx'
import type { Key } from '~/words/words.ts'

interface Place {
  readonly to: NonNullable<LinkProps['to']>
  readonly icon: IconName
  readonly word: Key<'console'>
  /** Who holds none of these does not see it. */
  readonly scopes: readonly string[]
  /** Only where nothing is real. */
  readonly development?: true
}

interface Group {
  readonly word: Key<'console'>
  readonly places: readonly Place[]
}

export const GROUPS: readonly Group[] = [
  {
    word: 'group.house',
    places: [{ to: '/console', icon: 'chart', word: 'nav.overview', scopes: ['reports:read'] }],
  },
]
