import { createHash, randomBytes } from 'node:crypto'
import type { Kit } from '../kit/provider.ts'

/** The Open Platform: apps that people sign in to, and what it handed out to them. */
export interface Platform {
  readonly kit: Kit
  readonly apps: Map<string, App>
  readonly scans: Map<string, Scan>
  readonly codes: Map<string, Code>
  readonly accessTokens: Map<string, Token>
  readonly refreshTokens: Map<string, Token>
  /** Whether the apps are bound to one account of the platform, by which people have a name for all of them. */
  hasUnionid: boolean
  /** So many calls are answered with "busy". */
  busy: number
}

interface App {
  readonly appid: string
  readonly secret: string
  /** Where it may be returned to. */
  readonly domains: readonly string[]
}

/** A QR code that is shown to somebody. */
export interface Scan {
  readonly appid: string
  readonly redirectUri: string
  readonly state: string | undefined
}

interface Code {
  readonly appid: string
  readonly user: string
  expiresAt: number
  used: boolean
}

export interface Token {
  readonly appid: string
  readonly user: string
  expiresAt: number
}

const KEPT_MAX = 10_000

export function openPlatform(kit: Kit): Platform {
  return {
    kit,
    apps: new Map(),
    scans: new Map(),
    codes: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    hasUnionid: true,
    busy: 0,
  }
}

/** Keeps the newest. */
export function keep<T>(where: Map<string, T>, key: string, value: T): void {
  where.set(key, value)
  const [oldest] = where.keys()
  if (where.size > KEPT_MAX && oldest !== undefined) where.delete(oldest)
}

export const newSecret = (bytes: number): string => randomBytes(bytes).toString('hex')

/** Another one for each app. */
export const openidOf = (appid: string, user: string): string => `o${digest(`${appid} ${user}`)}`

/** The same for all apps. */
export const unionidOf = (user: string): string => `oU${digest(user).slice(1)}`

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 27)
