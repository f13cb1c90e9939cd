/** One field that the server would not take, by its JSON pointer. */
export interface FieldFault {
  readonly pointer: string
  readonly detail: string
}

interface Told {
  readonly code?: string
  readonly title?: string
  readonly detail?: string
  readonly hint?: string
  readonly status?: number
  readonly request_id?: string
  readonly errors?: readonly FieldFault[]
}

/** A refusal of the server, or that nothing was heard of it; its `detail` speaks the reader's language already. */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly detail: string
  readonly hint: string | undefined
  readonly requestId: string | undefined
  readonly errors: readonly FieldFault[]
  readonly retryAfterS: number | undefined
  /** What else the refusal tells, by its names in the answer. */
  readonly facts: Readonly<Record<string, unknown>>

  constructor(told: Told, status: number, retryAfterS?: number) {
    super(told.detail ?? told.title ?? told.code ?? `status ${status}`)
    this.name = 'Problem'
    this.code = told.code ?? (status === 0 ? 'unreachable' : 'unknown')
    this.status = status
    this.detail = told.detail ?? ''
    this.hint = told.hint
    this.requestId = told.request_id
    this.errors = told.errors ?? []
    this.retryAfterS = retryAfterS
    this.facts = told as Readonly<Record<string, unknown>>
  }

  /** Whether what was asked may have happened all the same: then it is not said to have failed. */
  get isUnknown(): boolean {
    return this.status === 0 || this.status >= 500
  }

  /** What is wrong with a field of the body: `faultOf('email')`. */
  faultOf(field: string): string | undefined {
    const path = `/${field}`
    return this.errors.find(({ pointer }) => pointer === path || pointer.startsWith(`${path}/`))
      ?.detail
  }
}

export const problemOf = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem({}, 0)

export function problemFrom(body: unknown, response: Response): Problem {
  const told = typeof body === 'object' && body !== null ? (body as Told) : {}
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new Problem(told, response.status, Number.isFinite(wait) ? wait : undefined)
}
