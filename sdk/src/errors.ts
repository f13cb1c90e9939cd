import type { KnownCode } from './schema.gen.ts'

/** The codes this version knows, and whatever a newer server may say; `unreachable` is the SDK's own. */
export type ErrorCode = KnownCode | 'unreachable' | (string & {})

export interface FieldFault {
  readonly pointer: string
  readonly detail: string
}

interface Told {
  readonly code: ErrorCode
  /** 0 where no answer came. */
  readonly status: number
  readonly detail: string
  readonly hint?: string
  readonly requestId?: string
  readonly errors?: readonly FieldFault[]
  readonly facts?: Readonly<Record<string, unknown>>
  /** The Idempotency-Key of the call: sent again with it, nothing happens twice. */
  readonly key?: string | undefined
  readonly cause?: unknown
}

/** A "no" of the server. `code` is for programs, `message` for people, in the language that was asked for. */
export class TongbaoError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = 'TongbaoError'
  readonly code: Code
  readonly status: number
  readonly hint: string | undefined
  readonly requestId: string | undefined
  readonly errors: readonly FieldFault[]
  /** What else the refusal says: `available`, `resets_at`, … */
  readonly facts: Readonly<Record<string, unknown>>
  readonly key: string | undefined

  constructor(told: Told) {
    super(told.detail, told.cause === undefined ? undefined : { cause: told.cause })
    this.code = told.code as Code
    this.status = told.status
    this.hint = told.hint
    this.requestId = told.requestId
    this.errors = told.errors ?? []
    this.facts = told.facts ?? {}
    this.key = told.key
  }
}

/** Too few credits: nothing was spent. */
export class InsufficientCreditsError extends TongbaoError<'insufficient_credits'> {
  override readonly name = 'InsufficientCreditsError'
  get available(): number {
    return Number(this.facts['available'])
  }
  get required(): number {
    return Number(this.facts['required'])
  }
  get missing(): number {
    return Number(this.facts['missing'])
  }
}

/** A cap on spending is reached; it begins anew at `resetsAt`. */
export class SpendCapReachedError extends TongbaoError<'spend_cap_reached'> {
  override readonly name = 'SpendCapReachedError'
  get resetsAt(): Date {
    return new Date(String(this.facts['resets_at']))
  }
}

export class OwnerFrozenError extends TongbaoError<'owner_frozen'> {
  override readonly name = 'OwnerFrozenError'
}

export class InvalidRequestError extends TongbaoError<'invalid_request'> {
  override readonly name = 'InvalidRequestError'
}

export class UnauthenticatedError extends TongbaoError<'unauthenticated'> {
  override readonly name = 'UnauthenticatedError'
}

export class RateLimitedError extends TongbaoError<'rate_limited'> {
  override readonly name = 'RateLimitedError'
  get retryAfterS(): number {
    return Number(this.facts['retry_after_s'])
  }
}

/** No answer came: nobody knows whether it happened. The same call with the same `key` finds out. */
export class UnreachableError extends TongbaoError<'unreachable'> {
  override readonly name = 'UnreachableError'
  constructor(cause: unknown, key?: string) {
    const detail = 'The server could not be reached, or its answer was lost.'
    super({ code: 'unreachable', status: 0, detail, key, cause })
  }
}

type Kind = new (told: Told) => TongbaoError
const KINDS: Readonly<Record<string, Kind>> = {
  insufficient_credits: InsufficientCreditsError,
  spend_cap_reached: SpendCapReachedError,
  owner_frozen: OwnerFrozenError,
  invalid_request: InvalidRequestError,
  unauthenticated: UnauthenticatedError,
  rate_limited: RateLimitedError,
}

/** Whether something caught is a refusal, of these codes if any are named. */
export const isRefusal = <Code extends ErrorCode = ErrorCode>(
  caught: unknown,
  ...codes: readonly Code[]
): caught is TongbaoError<Code> =>
  caught instanceof TongbaoError &&
  (codes.length === 0 || codes.some((code) => code === caught.code))

const SAID = new Set('type title status code detail hint request_id errors'.split(' '))

/** Reads a problem (RFC 9457); what a proxy on the way says instead is made one. */
export function errorOf(body: unknown, status: number, key?: string): TongbaoError {
  const problem = isRecord(body) ? body : {}
  const { code, detail, hint, request_id, errors } = problem
  if (typeof code !== 'string') {
    const said = typeof body === 'string' && body !== '' ? `: ${body.slice(0, 200)}` : ''
    return new TongbaoError({
      code: `http_${status}`,
      status,
      detail: `HTTP ${status}${said}`,
      key,
    })
  }
  const Kind = Object.hasOwn(KINDS, code) ? KINDS[code] : undefined
  return new (Kind ?? TongbaoError)({
    ...{ code, status, key, detail: String(detail ?? code) },
    ...(typeof hint === 'string' && { hint }),
    ...(typeof request_id === 'string' && { requestId: request_id }),
    ...(Array.isArray(errors) && { errors: errors as FieldFault[] }),
    facts: Object.fromEntries(Object.entries(problem).filter(([name]) => !SAID.has(name))),
  })
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Undefined where it is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
