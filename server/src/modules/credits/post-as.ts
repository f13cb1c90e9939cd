import { type Act, type Actor, writeAudit } from '#audit'
import { type Database, inTx, type Tx, violatedConstraint } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import type { Outcome } from '#kernel/outcome'
import {
  type Charge,
  type Command,
  type Posted,
  postIn,
  postTransferIn,
  type Refund,
  type Transfer,
} from '#ledger'
import type { Desk } from './deps.ts'
import { type OwnNo, type PostNo, postCommand, readPosted } from './post-command.ts'

type Spent = 'hold' | 'capture' | 'release' | 'extend'
export type Moving = Charge | Transfer | Refund | Extract<Command, { kind: Spent }>

/**
 * What apps do all day goes through the teller. What a person does goes past it, so that the act and its line in
 * the trail are one transaction.
 */
export function postAs<const Own extends OwnNo>(
  desk: Desk,
  command: Moving,
  may: readonly Own[],
  actor: Actor,
  act: Act,
): Promise<Outcome<Posted, PostNo<Own>>> {
  if (actor.kind !== 'person') return postCommand(desk.teller, command, may)
  return inPosting(desk.db, (tx) => postActIn(tx, desk, command, may, { actor, act }))
}

/** The command and, if it moved something, its line in the trail. */
export async function postActIn<const Own extends OwnNo>(
  tx: Tx,
  desk: Desk,
  command: Moving,
  may: readonly Own[],
  { actor, act }: { readonly actor: Actor; readonly act: Act },
): Promise<Outcome<Posted, PostNo<Own>>> {
  const now = desk.clock.now()
  const answer =
    command.kind === 'transfer'
      ? await postTransferIn(tx, command, now)
      : (await postIn(tx, [command], now))[0]
  invariant(answer !== undefined, 'C9', 'the ledger gave no answer')
  const outcome = readPosted(answer, may)
  const isActOfPerson = actor.kind === 'person' && outcome.ok && !outcome.value.replayed
  if (isActOfPerson) await writeAudit(tx, desk, actor, act)
  return outcome
}

/** Posts a charge only if its owner has it for free; whatever else comes of it is undone, and undefined. */
export async function postIfFree(
  desk: Desk,
  command: Charge,
  by: { readonly actor: Actor; readonly act: Act },
): Promise<Outcome<Posted, never> | undefined> {
  try {
    return await inPosting(desk.db, async (tx) => {
      const outcome = await postActIn(tx, desk, command, ['insufficient_credits'], by)
      if (!outcome.ok || outcome.value.detail['free'] !== true) throw new Undone()
      return outcome
    })
  } catch (error) {
    if (error instanceof Undone) return undefined
    throw error
  }
}

/** Ends a transaction that must leave nothing. */
export class Undone extends Error {}

/**
 * A transaction that posts. The same key sent twice at once for two accounts of an owner waits for no common lock,
 * so the unique index decides; the second time the ledger finds what the other one posted, and answers.
 */
export async function inPosting<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await inTx(db, work)
  } catch (error) {
    if (violatedConstraint(error) !== 'entries_cell_id_key') throw error
    return inTx(db, work)
  }
}
