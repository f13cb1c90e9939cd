import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { WebSocket } from 'ws'
import type { Outcome, Refusal } from '#kernel/outcome'
import type { Language, RefusalText } from '#kernel/refusals'

/**
 * Who may call: everybody, anybody who signed in (and then only about themselves), or whoever holds
 * a scope `area:verb`.
 */
export type Scope = 'public' | 'me' | `${string}:${string}`

/** Who is calling, as the door made out. */
export interface Principal {
  readonly kind: 'nobody' | 'person' | 'key'
  /** `usr_…` or `key_…`; empty for nobody. */
  readonly id: string
  readonly roles: readonly string[]
  readonly scopes: ReadonlySet<string>
  /** How the caller proved who they are: only a cookie can be sent by another site's page. */
  readonly by: 'nothing' | 'cookie' | 'bearer'
  readonly sessionId?: string
  /** How much this key may move in a window, where that was said when it was made. */
  readonly spendCap?: { readonly amount: bigint; readonly every: 'day' | 'month' }
  /** Why scopes this principal would have are kept back just now. */
  readonly withheld?: Refusal
}

export const NOBODY: Principal = {
  kind: 'nobody',
  id: '',
  roles: [],
  scopes: new Set(),
  by: 'nothing',
}

/** Everything a handler may know of the request; it never sees the framework's own objects. */
export interface Call<Body, Query, Params> {
  readonly body: Body
  readonly query: Query
  readonly params: Params
  readonly principal: Principal
  readonly language: Language
  readonly requestId: string
  readonly ip: string
  readonly headers: IncomingHttpHeaders
  /** For the few answers that are not JSON: cookies, redirects, streams, pages. */
  readonly reply: FastifyReply
}

type Of<S> = S extends TSchema ? Static<S> : undefined

interface RouteSpec<
  B extends TSchema | undefined,
  Q extends TSchema | undefined,
  P extends TSchema | undefined,
  A extends TSchema | undefined,
  W extends TSchema | undefined,
  Code extends string,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: `/${string}`
  readonly scope: Scope
  /** snake_case, unique: the OpenAPI operation id and the name of the SDK's method. */
  readonly name: string
  readonly summary: string
  readonly area: string
  readonly body?: B
  readonly query?: Q
  readonly params?: P
  /** Headers that the handler reads and judges by itself: the door does not, OpenAPI prints them. */
  readonly headers?: TSchema
  /** Success: its status and shape. No shape means an empty answer, or one the handler writes itself. */
  readonly status?: 200 | 201 | 202 | 204 | 302
  readonly answer?: A
  readonly answerType?: string
  /** Another yes: it waits for somebody or something. The handler sets status 202 and answers in this shape. */
  readonly waits?: W
  /** Every "no" the handler can say; the types hold it to the list, OpenAPI prints it. */
  readonly refuses?: Readonly<Record<Code, RefusalText>>
  /** Fewer calls than usual, for what is worth guessing at: passwords, codes. */
  readonly callsPerMinuteMax?: number
  /** The body comes as its bytes, whatever its type and up to so many: it is signed, or not ours to parse. */
  readonly rawBytesMax?: number
  /** Its answer ends when the caller goes, or is sent away. */
  readonly streams?: boolean
  /** The same address, asked to switch to WebSocket: whoever is let in talks here. */
  readonly talk?: (socket: WebSocket, call: Call<Of<B>, Of<Q>, Of<P>>) => Promise<void>
  /** An operator's window rather than a part of the contract: served, but left out of OpenAPI. */
  readonly hidden?: boolean
  readonly handle: (
    call: Call<Of<B>, Of<Q>, Of<P>>,
  ) => Promise<
    Outcome<
      (A extends TSchema ? Static<A> : undefined) | (W extends TSchema ? Static<W> : never),
      NoInfer<Code>
    >
  >
}

/** A route after its types have done their work. */
export type Route = Omit<
  RouteSpec<
    TSchema | undefined,
    TSchema | undefined,
    TSchema | undefined,
    TSchema | undefined,
    TSchema | undefined,
    string
  >,
  'handle' | 'talk'
> & {
  readonly handle: (call: Call<never, never, never>) => Promise<Outcome<unknown>>
  readonly talk?: (socket: WebSocket, call: Call<never, never, never>) => Promise<void>
}

export const defineRoute = <
  const B extends TSchema | undefined = undefined,
  const Q extends TSchema | undefined = undefined,
  const P extends TSchema | undefined = undefined,
  const A extends TSchema | undefined = undefined,
  const W extends TSchema | undefined = undefined,
  Code extends string = never,
>(
  route: RouteSpec<B, Q, P, A, W, Code>,
): Route => route

/** May this principal knock at a door with this scope? Whose rows it then sees is the handler's matter. */
export const admits = (scope: Scope, principal: Principal): boolean => {
  if (scope === 'public') return true
  if (principal.kind === 'nobody') return false
  if (scope === 'me') return principal.kind === 'person'
  return principal.scopes.has(scope)
}
