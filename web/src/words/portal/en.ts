import type { zh } from '~/words/portal/zh.ts'

export const en: Readonly<Record<keyof typeof zh, string>> = {
  'balance.label': 'Credits available',
  'home.title': 'Home',
  name: 'Tongbao',
  'nav.home': 'Home',
}
