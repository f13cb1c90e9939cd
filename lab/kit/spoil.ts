import type { Faults } from './faults.ts'
import type { LabRequest, Provider } from './provider.ts'
import { json, type Outcome } from './serve.ts'
import type { Timers } from './timers.ts'

/** Where a fault does not say how late. */
const LATENCY_MS = 500

const SERVER_ERROR = json(500, { code: 'SYSTEM_ERROR', message: 'the lab was asked for a 500' })
const BUSY = json(429, { code: 'FREQUENCY_LIMITED', message: 'the lab was asked for a 429' })

/** Asks a provider, and does to its answer what the menu says. */
export async function spoil(
  provider: Pick<Provider, 'name' | 'handle'>,
  request: LabRequest,
  { faults, timers }: { readonly faults: Faults; readonly timers: Timers },
): Promise<Outcome> {
  const { name } = provider
  if (faults.strike(name, 'refuse_connection')) return { kind: 'cut' }
  if (faults.strike(name, 'server_error')) return { kind: 'reply', reply: SERVER_ERROR }
  if (faults.strike(name, 'busy')) return { kind: 'reply', reply: BUSY }
  const reply = await provider.handle(request)
  const late = faults.strike(name, 'latency')
  if (late && !(await timers.pause(late.ms ?? LATENCY_MS))) return { kind: 'cut' }
  if (faults.strike(name, 'drop_after_commit')) return { kind: 'cut' }
  if (faults.strike(name, 'error_after_commit')) return { kind: 'reply', reply: SERVER_ERROR }
  return { kind: faults.strike(name, 'truncate') ? 'half' : 'reply', reply }
}
