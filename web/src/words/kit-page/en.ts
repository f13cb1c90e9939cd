import type { zh } from '~/words/kit-page/zh.ts'

export const en: Readonly<Record<keyof typeof zh, string>> = {
  title: 'Kit',
}
