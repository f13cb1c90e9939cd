import { sameBytes, sha256 } from '#kernel/crypto'

/** A run of entries, each as the hash of its row, tied to the block before it. */
export interface Block {
  readonly number: number
  /** The business day it was sealed on; never before the day of the block before it. */
  readonly day: string
  /** Seconds since the epoch as PostgreSQL writes them: the same text in every version and zone. */
  readonly sealedAt: string
  readonly entryIds: readonly string[]
  readonly leaves: Buffer
  readonly previous: Buffer
}

export interface SealedBlock extends Block {
  readonly digest: Buffer
  readonly signature: string
}

export interface Leaf {
  readonly id: string
  readonly hash: Buffer
}

const HASH_BYTES = 32
const BEFORE_THE_FIRST = Buffer.alloc(HASH_BYTES)

export const BLOCK_SIGNED = 'audit block'
export const HEAD_SIGNED = 'audit head'

type Link = Pick<SealedBlock, 'number' | 'day' | 'digest'>

export const nextBlock = (
  last: Link | undefined,
  today: string,
  sealedAt: string,
  leaves: readonly Leaf[],
): Block => ({
  number: (last?.number ?? 0) + 1,
  // A clock that was set back must not put a later block on an earlier day.
  day: last && last.day > today ? last.day : today,
  sealedAt,
  entryIds: leaves.map(({ id }) => id),
  leaves: Buffer.concat(leaves.map(({ hash }) => hash)),
  previous: last?.digest ?? BEFORE_THE_FIRST,
})

/** Every leaf has one length and the first line ends at its line feed: no two blocks read the same. */
export const digestOf = ({ number, day, sealedAt, previous, leaves }: Block): Buffer => {
  const first = JSON.stringify(['tongbao audit 1', number, day, sealedAt, previous.toString('hex')])
  return sha256(Buffer.concat([Buffer.from(`${first}\n`), leaves]))
}

export interface Head {
  readonly day: string
  readonly block: number
  readonly digest: Buffer
  readonly signedAt: string
}

/** What is signed when a day is over. */
export const headText = ({ day, block, digest, signedAt }: Head): string =>
  JSON.stringify(['tongbao audit 1', day, block, digest.toString('hex'), signedAt])

/** A row that is not what it was when it was sealed. */
export interface Fault {
  readonly table: 'entries' | 'unsealed' | 'blocks' | 'heads'
  /** Its id, number or day. */
  readonly row: string
  readonly what: 'changed' | 'missing' | 'unlisted' | 'listed_twice' | 'unlinked' | 'unsigned'
}

/** Holds a block against the one before it and against its entries as they are now. */
export function faultsIn(
  block: SealedBlock,
  before: Link | undefined,
  hashNow: ReadonlyMap<string, Buffer>,
  signed: boolean,
): Fault[] {
  const expected = (before?.number ?? 0) + 1
  const row = String(block.number)
  const link =
    block.number !== expected
      ? [{ table: 'blocks', row: String(expected), what: 'missing' } as const]
      : sameBytes(block.previous, before?.digest ?? BEFORE_THE_FIRST)
        ? []
        : [{ table: 'blocks', row, what: 'unlinked' } as const]
  const entries = block.entryIds.flatMap((id, i): Fault[] => {
    const hash = hashNow.get(id)
    if (!hash) return [{ table: 'entries', row: id, what: 'missing' }]
    const sealed = block.leaves.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)
    return sameBytes(hash, sealed) ? [] : [{ table: 'entries', row: id, what: 'changed' }]
  })
  const intact = sameBytes(digestOf(block), block.digest)
  return [
    ...link,
    ...entries,
    ...(intact ? [] : [{ table: 'blocks', row, what: 'changed' } as const]),
    ...(signed ? [] : [{ table: 'blocks', row, what: 'unsigned' } as const]),
  ]
}
