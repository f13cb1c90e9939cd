import type { zh } from '~/words/kit/zh.ts'

export const en: Readonly<Record<keyof typeof zh, string>> = {
  'page.gone': 'There is no such page',
  'page.failed': 'The page cannot be shown',
}
