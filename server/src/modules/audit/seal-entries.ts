import { type Clock, rfc3339 } from '#kernel/clock'
import type { Keyring } from '#kernel/crypto'
import { type Database, inTx, type Tx } from '#kernel/db'
import {
  BLOCK_SIGNED,
  digestOf,
  HEAD_SIGNED,
  type Head,
  headText,
  nextBlock,
  type SealedBlock,
} from './block.ts'
import {
  findLastBlock,
  hasHead,
  insertBlock,
  insertHead,
  listUnsealed,
  lockChain,
} from './chain-store.ts'
import { BLOCK_ENTRIES_MAX } from './limits.ts'

export interface SealDeps {
  readonly db: Database
  readonly clock: Clock
  readonly ring: Keyring
}

/** Puts every waiting entry into the chain, a block at a time; answers how many there were. */
export async function sealEntries(deps: SealDeps): Promise<number> {
  let sealed = 0
  for (;;) {
    const count = await inTx(deps.db, (tx) => sealBlock(tx, deps))
    sealed += count
    if (count < BLOCK_ENTRIES_MAX) return sealed
  }
}

async function sealBlock(tx: Tx, deps: SealDeps): Promise<number> {
  const at = await lockChain(tx)
  const last = await findLastBlock(tx)
  const today = rfc3339(deps.clock.now()).slice(0, 'YYYY-MM-DD'.length)
  if (last && last.day < today) await signDay(tx, deps.ring, last, at)

  const leaves = await listUnsealed(tx, BLOCK_ENTRIES_MAX)
  if (leaves.length === 0) return 0
  const block = nextBlock(last, today, at, leaves)
  const digest = digestOf(block)
  const signature = deps.ring.sign(BLOCK_SIGNED, digest.toString('hex'))
  await insertBlock(tx, { ...block, digest, signature })
  return leaves.length
}

/** The day of the last block is over: its head is signed, also when nothing happens on the next. */
async function signDay(tx: Tx, ring: Keyring, last: SealedBlock, at: string): Promise<void> {
  if (await hasHead(tx, last.day)) return
  const head: Head = { day: last.day, block: last.number, digest: last.digest, signedAt: at }
  await insertHead(tx, head, ring.sign(HEAD_SIGNED, headText(head)))
}
