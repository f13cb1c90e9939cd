import createClient from 'openapi-fetch'
import { errorOf, readJson, TongbaoError } from './errors.ts'
import { type EventsHow, events, type TongbaoEvent } from './events.ts'
import { type Job, type Spent, withHold } from './hold.ts'
import type {
  Answer,
  Body,
  Call,
  How,
  ListItem,
  ListPage,
  ListPath,
  ListSaid,
  Method,
} from './operations.ts'
import { KEY_HEADER, newKey, persistentFetch } from './persist.ts'
import { keyed } from './schema.gen.ts'

export type Language = 'en' | 'zh-CN'

export interface TongbaoOptions {
  /** Where the server is; empty on a page that it serves itself. */
  readonly baseUrl: string
  /** An API key or a session token; left out where a session cookie speaks. */
  readonly key?: string | undefined
  /** In which refusals speak to people. */
  readonly language?: Language | (() => Language) | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
  /** How often a call that may be repeated is sent at most, the first time included. */
  readonly triesMax?: number | undefined
  /** How long one try may take. */
  readonly timeoutMs?: number | undefined
}

export interface Tongbao {
  readonly get: Call<'get'>
  readonly post: Call<'post'>
  readonly put: Call<'put'>
  readonly patch: Call<'patch'>
  readonly delete: Call<'delete'>
  /** Spends credits: an amount, or what an action costs. */
  charge(want: Body<'charge_credits'>, how?: How): Promise<Answer<'charge_credits'>>
  /** What an action would cost, and whether it could be paid. */
  estimate(want: Body<'estimate_credits'>, how?: How): Promise<Answer<'estimate_credits'>>
  /** Sets credits aside for a job, spends what it cost, gives back the rest. */
  withHold<Result>(want: Body<'place_hold'>, job: Job<Result>, how?: How): Promise<Spent<Result>>
  /** Every item of a list, page after page. */
  each<P extends ListPath>(path: P, ...said: ListSaid<P>): AsyncGenerator<ListItem<P>, void>
  /** Every page of a list. */
  pages<P extends ListPath>(path: P, ...said: ListSaid<P>): AsyncGenerator<ListPage<P>, void>
  /** What happens, as it happens, for as long as one listens. */
  events(how?: EventsHow): AsyncGenerator<TongbaoEvent, void>
}

const TRIES_MAX = 4
const TIMEOUT_MS = 30_000

export function createTongbao(options: TongbaoOptions): Tongbao {
  const { baseUrl, key, language, triesMax = TRIES_MAX, timeoutMs = TIMEOUT_MS } = options
  // A browser's fetch wants to be called by nobody in particular.
  const fetch: typeof globalThis.fetch = options.fetch ?? ((...asked) => globalThis.fetch(...asked))
  const headers = (): Record<string, string> => ({
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...(language !== undefined && {
      'accept-language': typeof language === 'function' ? language() : language,
    }),
  })
  const client = createClient<AnyPaths>({
    baseUrl,
    fetch: persistentFetch({ fetch, triesMax, timeoutMs }),
  })
  const ask = async (method: Method, path: string, said: Saying = {}): Promise<unknown> => {
    const intent = keyed.includes(path) ? (said.key ?? newKey()) : said.key
    const { data, error, response } = await client.request(method, path, {
      params: { query: said.query, path: said.path },
      ...(said.body !== undefined && { body: said.body }),
      ...(said.signal && { signal: said.signal }),
      headers: {
        ...headers(),
        ...(intent !== undefined && { [KEY_HEADER]: intent }),
        ...said.headers,
      },
      parseAs: 'text',
    })
    if (!response.ok) throw errorOf(error, response.status, intent)
    return answerOf(data, response)
  }
  const call = <M extends Method>(method: M): Call<M> =>
    (async (path, said) => ask(method, path, said as Saying)) as Call<M>
  const [get, post] = [call('get'), call('post')]

  async function* pages<P extends ListPath>(
    path: P,
    ...[said]: ListSaid<P>
  ): AsyncGenerator<ListPage<P>, void> {
    const asked = said as Saying | undefined
    let cursor: string | null | undefined = asked?.query?.['cursor'] as string | undefined
    do {
      const page = await ask('get', path, { ...asked, query: { ...asked?.query, cursor } })
      yield page as ListPage<P>
      cursor = (page as Page).next_cursor
    } while (cursor !== null)
  }

  return {
    ...{ get, post, put: call('put'), patch: call('patch'), delete: call('delete') },
    charge: (body, how) => post('/api/v1/credits/charge', { body, ...how }),
    estimate: (body, how) => post('/api/v1/credits/estimate', { body, ...how }),
    withHold: (want, job, how) => withHold({ post }, want, job, how),
    pages,
    each: async function* each(path, ...said) {
      for await (const page of pages(path, ...said)) yield* (page as Page).items as never[]
    },
    events: (how) => {
      const url = `${baseUrl.replace(/\/$/, '')}/api/v1/events/stream${aboutWhom(how)}`
      return events({ url, fetch, headers }, how)
    },
  }
}

type Facts = Readonly<Record<string, unknown>>

/** To the client all calls look alike; `Call` is where their differences are held. */
type AnyPaths = Record<
  string,
  Record<
    Method,
    {
      parameters: { query?: Facts | undefined; path?: Facts | undefined }
      requestBody?: { content: { 'application/json': unknown } }
      responses: {
        200: { content: { 'application/json': string } }
        default: { content: { 'application/problem+json': unknown } }
      }
    }
  >
>
interface Page {
  readonly items: readonly unknown[]
  readonly next_cursor: string | null
}
function aboutWhom({ staff, owner, external_id }: EventsHow = {}): string {
  const asked = Object.entries({ staff: staff ? 'true' : undefined, owner, external_id })
  const query = new URLSearchParams(asked.filter((one): one is [string, string] => !!one[1]))
  return query.size === 0 ? '' : `?${query}`
}

interface Saying extends How {
  readonly query?: Facts | undefined
  readonly path?: Facts | undefined
  readonly body?: unknown
}

function answerOf(text: unknown, { status, headers }: Response): unknown {
  if (typeof text !== 'string' || text === '') return undefined
  if (!/[/+]json\b/.test(headers.get('content-type') ?? '')) return text
  const answer = readJson(text)
  if (answer !== undefined) return answer
  throw new TongbaoError({ code: 'answer_unreadable', status, detail: 'The answer is not JSON.' })
}
