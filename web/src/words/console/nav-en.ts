import type { navZh } from './nav-zh.ts'

export const navEn: Readonly<Record<keyof typeof navZh, string>> = {
  'group.bench': 'Development',
  'group.customers': 'People and orders',
  'group.money': 'Money',
  'group.shop': 'What is sold',
  'group.watch': 'Oversight',
  'nav.approvals': 'Approvals',
  'nav.audit': 'Audit',
  'nav.books': 'Books',
  'nav.channels': 'Channels',
  'nav.clock': 'Clock',
  'nav.disputes': 'Disputes',
  'nav.inbox': 'Inbox',
  'nav.jobs': 'Jobs',
  'nav.lab': 'Lab',
  'nav.orders': 'Orders',
  'nav.people': 'People',
  'nav.prices': 'Price book',
  'nav.products': 'Products',
  'nav.refunds': 'Refunds',
  'nav.suspense': 'Suspense',
}
