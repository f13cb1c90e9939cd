import { expect } from 'vitest'
import type { CrashPoint } from '#kernel/crash-points'
import type { Dice } from './dice.ts'
import { freePort, type ServerProcess, startServer } from './server-process.ts'

/** On the way of a payment and of a refund. */
const ON_THE_WAY: readonly CrashPoint[] = [
  'hook.kept',
  'payment.fact_inserted',
  'payment.before_commit',
  'refund.before_send',
  'refund.sent',
  'refund.before_commit',
]
const NTH_MAX = 60

export interface MortalServer {
  readonly url: string
  /** How often it has died, by us or at a point on the way. */
  readonly deaths: number
  /** Everything that those who are gone have said. */
  readonly said: () => string
  /** Ends it as a power cut would; it comes back by itself. */
  kill(): Promise<void>
  /** From here on it lives. */
  settleDown(): Promise<void>
  stop(): Promise<void>
}

/** A server that dies and comes back at the same address; each life may end at a point on the way. */
export async function openMortalServer(
  databaseUrl: string,
  chance: Dice,
  dies: () => void,
): Promise<MortalServer> {
  const port = String(await freePort())
  const url = `http://127.0.0.1:${port}`
  const env = { PORT: port, TONGBAO_PUBLIC_URL: url, TONGBAO_LOG_LEVEL: 'trace' }
  const state = { deaths: 0, said: '', mortal: true, stopped: false }
  const begin = (): Promise<ServerProcess> => {
    const at = `${chance.pick(ON_THE_WAY)}:${1 + chance.below(NTH_MAX)}`
    return startServer(databaseUrl, { ...env, ...(state.mortal && { TONGBAO_CRASH_AT: at }) })
  }
  let server = await begin()
  let back = Promise.resolve()
  const watch = (): void => {
    server.ended.then(({ out, err }) => {
      state.said += `${out}\n${err.join('\n')}\n`
      if (state.stopped) return
      state.deaths += 1
      dies()
      back = begin().then((next) => {
        server = next
        watch()
      })
      back.catch(() => {}) // told to whoever waits for it
    })
  }
  watch()
  const kill = async (): Promise<void> => {
    await back
    server.child.kill('SIGKILL')
    await server.ended
    await back
  }
  return {
    url,
    get deaths() {
      return state.deaths
    },
    said: () => state.said,
    kill,
    settleDown: () => {
      state.mortal = false
      return kill()
    },
    stop: async () => {
      await back
      state.stopped = true
      server.child.kill('SIGTERM')
      expect((await server.ended).code).toBe(0)
    },
  }
}
