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

const READS_PAYMENTS = ['payments:read_all'] as const

export const GROUPS: readonly Group[] = [
  {
    word: 'group.house',
    places: [
      { to: '/console', icon: 'chart', word: 'nav.overview', scopes: ['reports:read'] },
      {
        to: '/console/approvals',
        icon: 'check',
        word: 'nav.approvals',
        scopes: ['proposals:read'],
      },
    ],
  },
  {
    word: 'group.customers',
    places: [
      { to: '/console/people', icon: 'people', word: 'nav.people', scopes: ['credits:read_all'] },
      { to: '/console/orders', icon: 'receipt', word: 'nav.orders', scopes: READS_PAYMENTS },
    ],
  },
  {
    word: 'group.money',
    places: [
      { to: '/console/refunds', icon: 'refresh', word: 'nav.refunds', scopes: READS_PAYMENTS },
      { to: '/console/disputes', icon: 'flag', word: 'nav.disputes', scopes: READS_PAYMENTS },
      { to: '/console/suspense', icon: 'warning', word: 'nav.suspense', scopes: READS_PAYMENTS },
      { to: '/console/inbox', icon: 'inbox', word: 'nav.inbox', scopes: ['hooks:read'] },
      { to: '/console/channels', icon: 'globe', word: 'nav.channels', scopes: ['channels:read'] },
      { to: '/console/books', icon: 'scale', word: 'nav.books', scopes: ['ledger:read'] },
    ],
  },
  {
    word: 'group.shop',
    places: [
      { to: '/console/products', icon: 'tag', word: 'nav.products', scopes: ['products:read'] },
      { to: '/console/prices', icon: 'coin', word: 'nav.prices', scopes: ['prices:read'] },
    ],
  },
  {
    word: 'group.watch',
    places: [
      { to: '/console/audit', icon: 'shield', word: 'nav.audit', scopes: ['audit:read'] },
      { to: '/console/jobs', icon: 'list', word: 'nav.jobs', scopes: ['jobs:read'] },
    ],
  },
  {
    word: 'group.bench',
    places: [
      {
        ...{ to: '/console/lab', icon: 'flask', word: 'nav.lab' },
        ...{ scopes: ['channels:read', 'mailbox:read'], development: true },
      },
      {
        ...{ to: '/console/clock', icon: 'clock', word: 'nav.clock' },
        ...{ scopes: ['clock:move'], development: true },
      },
    ],
  },
]
