import type { RefusalText } from '#kernel/refusals'

/** What JSON can carry; a refusal's facts travel to the client as they are. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json }
export type Facts = Readonly<Record<string, Json>>

/** An expected "no": its code is the same word for the caller, the console and the SDK. */
export interface Refusal<Code extends string = string> {
  readonly code: Code
  readonly text: RefusalText
  readonly facts: Facts
}

export type Outcome<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal<Code> }

export const done = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })
