import type { Facts } from '#kernel/outcome'
import type { Actor } from './actor.ts'
import { AGENT_LETTERS_MAX, REASON_LETTERS_MAX } from './limits.ts'
import { cutIp } from './network.ts'
import { mask, redact } from './redaction.ts'

/** Something somebody did or was refused, as the module that decided it tells it. */
export interface Act {
  /** `module.what_happened`. */
  readonly action: string
  readonly target: { readonly kind: string; readonly id: string }
  readonly before?: Facts
  readonly after?: Facts
  readonly reason?: string
  readonly result: 'done' | 'refused'
}

/** One line of the trail. The row, the answer and the exported file call its fields the same. */
export interface Entry {
  readonly entry_id: string
  readonly at: string
  readonly actor_kind: Actor['kind']
  readonly actor_id: string
  readonly actor_roles: string[]
  readonly acting_as: string | null
  readonly action: string
  readonly target_kind: string
  readonly target_id: string
  readonly before: Facts | null
  readonly after: Facts | null
  readonly reason: string | null
  readonly ip: string | null
  readonly agent: string | null
  readonly request_id: string | null
  readonly result: Act['result']
}

/** An entry as it stands in the trail; the machine's time does not move with the clock of the house. */
export interface RecordedEntry extends Entry {
  readonly recorded_at: string
}

/** What is written is already poor: nothing behind this line can leak what never came in. */
export const entryOf = (entryId: string, at: string, actor: Actor, act: Act): Entry => ({
  entry_id: entryId,
  at,
  actor_kind: actor.kind,
  actor_id: actor.id,
  actor_roles: [...actor.roles],
  acting_as: actor.actingAs ?? null,
  action: act.action,
  target_kind: act.target.kind,
  target_id: act.target.id,
  before: act.before === undefined ? null : redact(act.before),
  after: act.after === undefined ? null : redact(act.after),
  reason: act.reason === undefined ? null : cut(mask(act.reason), REASON_LETTERS_MAX),
  ip: actor.ip === undefined ? null : cutIp(actor.ip),
  agent: actor.agent === undefined ? null : cut(mask(actor.agent), AGENT_LETTERS_MAX),
  request_id: actor.requestId ?? null,
  result: act.result,
})

// Half a surrogate pair, left by the cut or sent by a stranger, cannot be written as UTF-8.
const cut = (text: string, lettersMax: number): string => text.slice(0, lettersMax).toWellFormed()
