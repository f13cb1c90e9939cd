import type { zh } from '~/words/portal/zh.ts'

export const en: Readonly<Record<keyof typeof zh, string>> = {
  'home.title': 'Home',
  'sign_in.title': 'Sign in',
}
