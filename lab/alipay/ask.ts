import type { Json } from '../kit/provider.ts'
import type { App } from './app.ts'

/** One call of an app whose signature was good, by either gateway. */
export interface Ask {
  readonly app: App
  /** `biz_content` of v1; the body or the query of v3. */
  readonly content: Json
  readonly notifyUrl: string | undefined
  readonly returnUrl: string | undefined
  /** Under which address it reached the lab. */
  readonly origin: string
}

export const textOf = (content: Json, name: string): string | undefined => {
  const value = content[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A number a merchant gives: 64 letters of these, or the gateway does not know it. */
export const numberOf = (content: Json, name: string): string | undefined => {
  const value = textOf(content, name)
  return value !== undefined && /^[0-9A-Za-z_]{1,64}$/.test(value) ? value : undefined
}

/** `undefined` where none is given, `null` where it is no address Alipay would call. */
export function urlOf(unchecked: string | undefined): string | null | undefined {
  if (unchecked === undefined || unchecked === '') return undefined
  const fits = unchecked.length <= 256 && /^https?:\/\/[^\s<>"]+$/.test(unchecked)
  return fits && URL.canParse(unchecked) ? unchecked : null
}
