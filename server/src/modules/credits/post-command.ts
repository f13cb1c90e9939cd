import { door } from '#kernel/http-refusals'
import { invariant } from '#kernel/invariant'
import { done, type Facts, type Outcome } from '#kernel/outcome'
import {
  type AccountName,
  type Answer,
  type Command,
  OutcomeUnknown,
  type Posted,
  type RefusalCode,
  type Teller,
} from '#ledger'
import type { Intent } from './intent.ts'
import { credits } from './refusals.ts'

/** What the ledger may refuse whatever the command; each verb adds its own. */
type AlwaysNo = 'amount_invalid' | 'asset_unknown' | 'idempotency_key_reused' | 'ledger_busy'
export type OwnNo = Exclude<RefusalCode, 'command_unknown' | 'idempotency_key_invalid' | AlwaysNo>
export type PostNo<Own extends OwnNo = never> = Own | AlwaysNo | 'unavailable'

const ALWAYS: ReadonlySet<string> = new Set<AlwaysNo>([
  'amount_invalid',
  'asset_unknown',
  'idempotency_key_reused',
  'ledger_busy',
])

/** Asks the ledger through the teller. Where nobody knows what happened, the same key finds out. */
export async function postCommand<const Own extends OwnNo>(
  teller: Teller,
  command: Command,
  may: readonly Own[],
): Promise<Outcome<Posted, PostNo<Own>>> {
  try {
    return readPosted(await teller.post(command), may)
  } catch (error) {
    if (error instanceof OutcomeUnknown) return door.no('unavailable', { retry_after_s: 1 })
    throw error
  }
}

/**
 * The answer that this key got before, if it got one. For a request that could not be priced today: prices move
 * on, and a repeat must be answered like the first time all the same. The ledger knows a key before it looks at
 * the amount, and this amount moves nothing.
 */
export async function replayOf(
  teller: Teller,
  account: AccountName,
  intent: Intent,
): Promise<Outcome<Posted, PostNo> | undefined> {
  const outcome = await postCommand(
    teller,
    { kind: 'charge', ...account, ...intent, amount: -1n },
    [],
  )
  return outcome.ok || outcome.refusal.code !== 'amount_invalid' ? outcome : undefined
}

/** The ledger's "no" in the words of this module; one that the verb did not expect is our mistake. */
export function readPosted<const Own extends OwnNo>(
  answer: Answer,
  may: readonly Own[],
): Outcome<Posted, PostNo<Own>> {
  if (answer.ok) return done(answer)
  const { code } = answer
  const expected = (word: string): word is Own | AlwaysNo =>
    ALWAYS.has(word) || (may as readonly string[]).includes(word)
  invariant(expected(code), 'C9', `the ledger refused with ${code}`)
  return credits.no(code, factsOf(code, answer.facts))
}

const factsOf = (code: RefusalCode, facts: Facts): Facts => {
  if (code === 'ledger_busy') return { retry_after_s: facts['retry_after'] ?? 1 }
  // What would do is looked up by whoever posts for a buyer; the name is there so that clients can rely on it.
  if (code === 'insufficient_credits') return { ...facts, top_up: [] }
  return facts
}
