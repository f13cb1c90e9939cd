import type { LinkProps } from '@tanstack/react-router'
import type { IconName } from '~/kit/icons.tsx'
import type { Key } from '~/words/words.ts'

interface Place {
  readonly to: NonNullable<LinkProps['to']>
  readonly icon: IconName
  readonly word: Key<'portal'>
}

/** At the side, and on a phone at the bottom, where there is room for five. */
export const PLACES: readonly Place[] = [
  { to: '/', icon: 'home', word: 'nav.home' },
  { to: '/credits', icon: 'coin', word: 'nav.credits' },
  { to: '/top-up', icon: 'plus', word: 'nav.top_up' },
  { to: '/billing', icon: 'receipt', word: 'nav.billing' },
  { to: '/settings', icon: 'settings', word: 'nav.settings' },
]
