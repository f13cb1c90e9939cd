import type { QueryKey } from '@tanstack/react-query'
import type { TongbaoEvent } from '@tongbao/sdk'
import { useEffect, useSyncExternalStore } from 'react'
import { api } from '~/app/api.ts'
import { Problem } from '~/app/problem.ts'
import { queryClient } from '~/app/queries.ts'

/** `off` before anybody listens, and where there is no stream to listen to. */
export type LiveState = 'off' | 'open' | 'waiting'

/** Which queries, by the first word of their key, a topic makes old. */
export type LiveKeys = Readonly<Record<string, readonly string[]>>

interface Listening {
  /** Whose events: tabs of two people do not tell each other. */
  readonly who: string
  readonly staff?: boolean
  readonly keys: LiveKeys
}

type Said =
  | { readonly kind: 'event'; readonly event: TongbaoEvent }
  | { readonly kind: 'state'; readonly state: LiveState }
  | { readonly kind: 'hello' }

/** Without a stream the same queries are asked again and again. */
const POLL_MS = 10_000
const AGAIN_MS = 60_000
/** However many events come, a query is asked so often at most. */
const REFETCH_MS_MIN = 300

let state: LiveState = 'off'
const stateListeners = new Set<() => void>()
const backListeners = new Set<() => void>()

function become(next: LiveState): void {
  if (next === state) return
  // The server is back: what could not be read while it was gone is read again.
  if (next === 'open' && state === 'waiting') {
    void queryClient.refetchQueries({
      type: 'active',
      predicate: (one) => one.state.status === 'error',
    })
    for (const listener of backListeners) listener()
  }
  state = next
  for (const listener of stateListeners) listener()
}

/** Hears when the server is back, until it is ended. */
export const onBack = (hear: () => void): (() => void) => {
  backListeners.add(hear)
  return () => backListeners.delete(hear)
}

export const useLiveState = (): LiveState =>
  useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener)
      return () => stateListeners.delete(listener)
    },
    () => state,
  )

/** Whether what is on the page may be old: `<DataBlock stale={useStale()}>`. */
export const useStale = (): boolean => useLiveState() === 'waiting'

/**
 * Listens for as long as the layout is there. All tabs of a browser share one stream: who holds the lock has the line
 * and tells the others; when its tab is closed, the lock and the line go to the next.
 */
export function useLive({ who, staff = false, keys }: Listening): void {
  useEffect(() => {
    const ended = new AbortController()
    const refresh = refresher(keys)
    const name = `tongbao.events.${staff ? 'staff.' : ''}${who}`
    const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name)
    const take = (said: Said) => {
      if (said.kind === 'state') become(said.state)
      if (said.kind !== 'event') return
      refresh(said.event.topic)
    }
    const say = (said: Said) => {
      take(said)
      channel?.postMessage(said)
    }
    let leads = false
    channel?.addEventListener('message', ({ data }: MessageEvent<Said>) => {
      if (data.kind !== 'hello') take(data)
      else if (leads) channel.postMessage({ kind: 'state', state } satisfies Said)
    })
    channel?.postMessage({ kind: 'hello' } satisfies Said)
    const lead = async () => {
      leads = true
      await listen({ staff, signal: ended.signal, say })
    }
    void oneOfAll(name, ended.signal, lead)
    const poll = setInterval(() => {
      if (state !== 'open') refresh('reset')
    }, POLL_MS)
    return () => {
      ended.abort()
      clearInterval(poll)
      channel?.close()
      become('off')
    }
  }, [who, staff, keys])
}

/** Where a page has no locks, as over plain http, each tab has a line of its own. */
async function oneOfAll(name: string, signal: AbortSignal, lead: () => Promise<void>) {
  if (navigator.locks === undefined) return lead()
  await navigator.locks.request(name, { signal }, lead).catch(() => undefined)
}

interface Line {
  readonly staff: boolean
  readonly signal: AbortSignal
  readonly say: (said: Said) => void
}

const RESET: Said = { kind: 'event', event: { id: undefined, topic: 'reset', data: {} } }

async function listen({ staff, signal, say }: Line): Promise<void> {
  // Before the first line opens, pages have read without one, and what another tab had was nobody's for a while.
  let isGap = true
  while (!signal.aborted) {
    try {
      const onState = (next: 'open' | 'waiting') => {
        say({ kind: 'state', state: next })
        if (next !== 'open') return
        if (isGap) say(RESET)
        isGap = false
      }
      for await (const event of api.events({ signal, staff, onState }))
        say({ kind: 'event', event })
      return
    } catch (error) {
      isGap = true
      // Signed out, or a server that has no stream: the queries themselves will tell.
      say({ kind: 'state', state: 'off' })
      if (error instanceof Problem && error.status === 401) {
        void queryClient.invalidateQueries()
        return
      }
      await pause(AGAIN_MS, signal)
    }
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** A first reading that is under way is not begun anew; answered before what is told now, it is asked again after. */
function askAnew(queryKey: QueryKey): void {
  const firsts = queryClient
    .getQueryCache()
    .findAll({ queryKey, fetchStatus: 'fetching', predicate: ({ state }) => !state.dataUpdatedAt })
  void queryClient.invalidateQueries({ queryKey })
  for (const { promise, queryKey } of firsts)
    promise?.then(() => queryClient.invalidateQueries({ queryKey, exact: true })).catch(() => {})
}

/** The first event at once, what follows within a moment together. */
function refresher(keys: LiveKeys): (topic: string) => void {
  const wanted = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    for (const key of wanted) askAnew([key])
    wanted.clear()
  }
  return (topic) => {
    const all = Object.values(keys).flat()
    for (const key of topic === 'reset' ? all : (keys[topic] ?? [])) wanted.add(key)
    if (timer !== undefined) return
    flush()
    timer = setTimeout(() => {
      timer = undefined
      flush()
    }, REFETCH_MS_MIN)
  }
}
