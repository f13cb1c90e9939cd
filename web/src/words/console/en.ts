import type { zh } from '~/words/console/zh.ts'

export const en: Readonly<Record<keyof typeof zh, string>> = {
  'overview.title': 'Overview',
}
