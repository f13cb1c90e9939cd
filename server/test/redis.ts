import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { redisPath } from '../../tools/programs.mjs'
import { freePort } from '../src/app/cluster-files.ts'

const PROGRAM = redisPath() ?? ''
/** Where it is not installed, tests that need it are skipped, and say so. */
export const hasRedis = PROGRAM !== ''

export interface TestRedis {
  readonly url: string
  stop(): Promise<void>
}

/** A Redis of one's own that keeps nothing. */
export async function startRedis(port?: number): Promise<TestRedis> {
  const at = port ?? (await freePort(0))
  const server = spawn(
    PROGRAM,
    ['--port', String(at), '--bind', '127.0.0.1', '--save', '', '--dir', '/tmp'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const ready = async () => {
    let said = ''
    for await (const bytes of server.stdout) {
      said += bytes
      if (said.includes('Ready to accept connections')) return
    }
    throw new Error(`redis did not start: ${said}`)
  }
  await ready()
  server.stdout.resume()
  return {
    url: `redis://127.0.0.1:${at}`,
    stop: async () => {
      server.kill('SIGTERM')
      if (server.exitCode === null) await once(server, 'exit')
    },
  }
}
