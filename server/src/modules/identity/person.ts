export type ThemeMode = 'light' | 'dark' | 'system'

export interface Person {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly emailVerified: boolean
  readonly secondFactor: boolean
  readonly roles: readonly string[]
  readonly locale: 'zh-CN' | 'en'
  readonly timeZone: string
  readonly themeMode: ThemeMode
  /** The palette the person chose; null follows the role. */
  readonly themePalette: string | null
  readonly createdAt: string
  readonly bannedAt: string | null
  readonly banReason: string | null
}

/** Whether this build's own tables know the zone: a wrong one would move somebody's midnight. */
export const isTimeZone = (unchecked: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: unchecked })
    return true
  } catch {
    return false
  }
}

/** Palettes colour the console by the weight of the role; the heaviest one wins. */
const PALETTE_BY_ROLE = [
  ['admin', 'cinnabar'],
  ['auditor', 'slate'],
  ['finance', 'jade'],
  ['operator', 'indigo'],
  ['support', 'indigo'],
  ['creator', 'plum'],
] as const

export const paletteOf = (person: Person): string =>
  person.themePalette ??
  PALETTE_BY_ROLE.find(([role]) => person.roles.includes(role))?.[1] ??
  'bronze'
