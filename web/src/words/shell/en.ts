import type { zh } from '~/words/shell/zh.ts'

export const en: Readonly<Record<keyof typeof zh, string>> = {
  'language.en': 'English',
  'language.zh-CN': '简体中文',
  'menu.language': 'Language',
  'menu.of': 'Menu of {name}',
  'menu.sign_out': 'Sign out',
  'menu.theme': 'Appearance',
  'nav.label': 'Main navigation',
  skip: 'Skip to the content',
  'strip.offline': 'You are offline. What you see may be out of date.',
  'strip.reconnecting': 'The connection was lost. Reconnecting…',
  'theme.dark': 'Dark',
  'theme.light': 'Light',
  'theme.system': 'System',
}
