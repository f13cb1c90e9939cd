import { type Keyring, sameBytes } from '#kernel/crypto'
import type { Database, Tx } from '#kernel/db'
import {
  BLOCK_SIGNED,
  type Fault,
  faultsIn,
  HEAD_SIGNED,
  headText,
  type SealedBlock,
} from './block.ts'
import {
  allowLongStatements,
  countBlocks,
  findHeadlessDays,
  findMisplaced,
  hashEntries,
  listBlocks,
  listHeads,
} from './chain-store.ts'
import { FAULTS_MAX, VERIFIED_BLOCKS_PAGE_MAX } from './limits.ts'

export interface Verdict {
  /** Those in blocks; what still waits is checked for being there. */
  readonly entries: number
  readonly blocks: number
  /** The end of the chain. Kept elsewhere, it also tells whether the newest blocks were cut off. */
  readonly last: { readonly block: number; readonly digest: string } | null
  /** The first ones found, oldest block first; none means that the trail is whole. */
  readonly faults: readonly Fault[]
}

interface Progress {
  readonly blocks: number
  readonly blocksMax: number
}

/** Reads the whole trail once, in pages, and names every row that is not what was sealed. */
export function verifyAudit(
  db: Database,
  ring: Keyring,
  onProgress: (progress: Progress) => void = () => {},
): Promise<Verdict> {
  // One snapshot: an entry on its way into a block must not be missed in both places.
  const snapshot = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
  return snapshot.execute(async (tx) => {
    await allowLongStatements(tx)
    const read: Read = { entries: 0, blocks: 0, last: undefined }
    const blocksMax = await countBlocks(tx)
    const faults: Fault[] = []
    for await (const found of faultsOf(tx, ring, read)) {
      faults.push(...found)
      onProgress({ blocks: read.blocks, blocksMax })
      if (faults.length >= FAULTS_MAX) break
    }
    const last = read.last && {
      block: read.last.number,
      digest: read.last.digest.toString('hex'),
    }
    return {
      entries: read.entries,
      blocks: read.blocks,
      last: last ?? null,
      faults: faults.slice(0, FAULTS_MAX),
    }
  })
}

interface Read {
  entries: number
  blocks: number
  last: SealedBlock | undefined
}

async function* faultsOf(tx: Tx, ring: Keyring, read: Read): AsyncGenerator<readonly Fault[]> {
  yield* faultsInChain(tx, ring, read)
  yield await findMisplaced(tx)
  yield* faultsInHeads(tx, ring)
  const days = await findHeadlessDays(tx)
  yield days.map((day) => ({ table: 'heads', row: day, what: 'missing' }))
}

async function* faultsInChain(tx: Tx, ring: Keyring, read: Read): AsyncGenerator<readonly Fault[]> {
  for (;;) {
    const page = await listBlocks(tx, read.last?.number ?? 0, VERIFIED_BLOCKS_PAGE_MAX)
    const hashNow = await hashEntries(
      tx,
      page.flatMap(({ entryIds }) => entryIds),
    )
    const faults: Fault[] = []
    for (const block of page) {
      const signed = ring.signed(BLOCK_SIGNED, block.digest.toString('hex'), block.signature)
      faults.push(...faultsIn(block, read.last, hashNow, signed))
      read.entries += block.entryIds.length
      read.blocks += 1
      read.last = block
    }
    yield faults
    if (page.length < VERIFIED_BLOCKS_PAGE_MAX) return
  }
}

async function* faultsInHeads(tx: Tx, ring: Keyring): AsyncGenerator<readonly Fault[]> {
  const BEFORE_ALL = '0001-01-01'
  for (let after = BEFORE_ALL; ; ) {
    const page = await listHeads(tx, after, VERIFIED_BLOCKS_PAGE_MAX)
    yield page.flatMap((head): Fault[] => {
      if (!ring.signed(HEAD_SIGNED, headText(head), head.signature))
        return [{ table: 'heads', row: head.day, what: 'unsigned' }]
      if (head.digestNow === null || !sameBytes(head.digest, head.digestNow))
        return [{ table: 'heads', row: head.day, what: 'unlinked' }]
      return []
    })
    const last = page.at(-1)
    if (!last || page.length < VERIFIED_BLOCKS_PAGE_MAX) return
    after = last.day
  }
}
