import type { operations, paths } from './schema.gen.ts'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Readonly<Record<M, unknown>> ? P : never
}[keyof paths]
type At<P extends keyof paths, M extends Method> =
  paths[P] extends Readonly<Record<M, infer O>> ? O : never

type ContentOf<T> = T extends { content: infer Content } ? Content[keyof Content] : undefined
type AnswerAt<O> = O extends { responses: infer Responses }
  ? {
      [Status in keyof Responses & (200 | 201 | 202 | 204)]: ContentOf<Responses[Status]>
    }[keyof Responses & (200 | 201 | 202 | 204)]
  : never
type BodyAt<O> = O extends { requestBody: infer Asked } ? ContentOf<Asked> : never

/** What a call answers, by the name of its operation: `Answer<'charge_credits'>`. */
export type Answer<Name extends keyof operations> = AnswerAt<operations[Name]>
/** What a call is sent, by the name of its operation: `Body<'charge_credits'>`. */
export type Body<Name extends keyof operations> = BodyAt<operations[Name]>
/** What a call is asked by, behind the question mark: `Query<'list_history'>`. */
export type Query<Name extends keyof operations> = NonNullable<
  operations[Name]['parameters']['query']
>

/** How a call goes, beside what it says. */
export interface How {
  readonly signal?: AbortSignal | undefined
  /** The Idempotency-Key of a call that moves value; a new one is made where none is given. */
  readonly key?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

type Saying<O> = (O extends { parameters: infer All } ? Omit<All, 'header' | 'cookie'> : never) &
  ([BodyAt<O>] extends [never] ? { body?: never } : { body: BodyAt<O> }) &
  How
/** May be left out where nothing in it must be said. */
type Said<O> = Record<never, never> extends Saying<O> ? [said?: Saying<O>] : [said: Saying<O>]

/** A call by its path: what it must be told follows from the path, and so does the answer. */
export type Call<M extends Method> = <P extends PathOf<M>>(
  path: P,
  ...said: Said<At<P, M>>
) => Promise<AnswerAt<At<P, M>>>

interface Page {
  readonly items: readonly unknown[]
  readonly next_cursor: string | null
}
/** The lists: calls that answer a page and the cursor of the next one. */
export type ListPath = {
  [P in PathOf<'get'>]: AnswerAt<At<P, 'get'>> extends Page ? P : never
}[PathOf<'get'>]
export type ListPage<P extends ListPath> = AnswerAt<At<P, 'get'>>
export type ListItem<P extends ListPath> =
  ListPage<P> extends { items: readonly (infer Item)[] } ? Item : never
export type ListSaid<P extends ListPath> = Said<At<P, 'get'>>
