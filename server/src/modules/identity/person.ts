export type ThemeMode = 'light' | 'dark' | 'system'

export interface Person {
  readonly id: string
  readonly name: string
  /** Who came by WeChat has none. */
  readonly email: string | null
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

/** An authenticator app shows whose code it is; better-auth writes the e-mail there, and some have none. */
export const accountIn = (totpUri: string, { name, email }: Person): string =>
  email === null ? totpUri.replace(/:null\?/, () => `:${encodeURIComponent(name)}?`) : totpUri

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
