import { useSyncExternalStore } from 'react'
import { keep, kept } from '~/app/kept.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const dark = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

const isTheme = (text: string | undefined): text is Theme =>
  (THEMES as readonly (string | undefined)[]).includes(text)

const themeNow = (): Theme => {
  const theme = kept('theme')
  return isTheme(theme) ? theme : 'system'
}

export function chooseTheme(theme: Theme): void {
  keep('theme', theme)
  show()
}

const show = () => {
  const theme = themeNow()
  const isDark = theme === 'dark' || (theme === 'system' && dark.matches)
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
  for (const listener of listeners) listener()
}
dark.addEventListener('change', show)
// Another window of the same browser chose.
addEventListener('storage', ({ key }) => key === 'tongbao.theme' && show())

export const useTheme = (): Theme =>
  useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, themeNow)
