import { lookEn } from './look-en.ts'
import { navEn } from './nav-en.ts'
import { ordersEn } from './orders-en.ts'
import { peopleEn } from './people-en.ts'
import { shopEn } from './shop-en.ts'
import { termsEn } from './terms-en.ts'
import { watchEn } from './watch-en.ts'
import type { zh } from './zh.ts'

export const en: Readonly<Record<keyof typeof zh, string>> = {
  ...lookEn,
  ...navEn,
  ...ordersEn,
  ...peopleEn,
  ...shopEn,
  ...termsEn,
  ...watchEn,
  'closed.act': 'Back to Tongbao',
  'closed.more': 'This is for staff. If you should have access, ask an administrator.',
  'closed.title': 'You have no access to the console',
  'group.house': 'The house',
  name: 'Tongbao Console',
  'nav.open': 'Open the navigation',
  'nav.overview': 'Overview',
  'palette.count': '{count, plural, =0 {Nothing found} one {# result} other {# results}}',
  'palette.found': 'Results',
  'palette.hint': 'A page, a name, an e-mail, an order…',
  'palette.looking': 'Searching people and orders…',
  'palette.open': 'Search or go to',
  'stripe.development': 'Development: nothing here is real',
  'stripe.sandbox': 'The sandbox is open: its payments move no money',
}
