import { createReadStream } from 'node:fs'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { type Clock, rfc3339 } from '#kernel/clock'
import { type Keyring, sha256 } from '#kernel/crypto'
import type { Database } from '#kernel/db'
import type { Log } from '#kernel/log'
import { CELLS } from './cells.ts'
import type { Fault } from './verify-laws.ts'
import { FAULTS_MAX } from './verify-limits.ts'

const ANCHORS_FILE = 'ledger-heads.jsonl'
const SIGNED_FOR = 'ledger heads'

type Head = readonly [cell: number, block: number, digest: string]
interface Anchor {
  readonly at: string
  /** Which books it is about: others may use the same folder later. */
  readonly ledger: string
  readonly heads: readonly Head[]
  readonly signature: string
}
interface Deps {
  readonly db: Database
  readonly ring: Keyring
  readonly folder: string
}

const signedText = ({ at, ledger, heads }: Omit<Anchor, 'signature'>): string =>
  JSON.stringify(['tongbao ledger heads 1', at, ledger, heads])

/**
 * Writes the end of every cell's chain down outside the database, signed: a chain alone cannot show that its tail was cut.
 * Answers how many heads there were. A folder that cannot be written to is told in the log and stops nothing.
 */
export async function anchorHeads(deps: Deps & { clock: Clock; log: Log }): Promise<number> {
  const { db, ring, folder, log } = deps
  const heads = await readHeads(db)
  if (heads.length === 0) return 0
  const anchor = { at: rfc3339(deps.clock.now()), ledger: await whichLedger(db), heads }
  const line = JSON.stringify({ ...anchor, signature: ring.sign(SIGNED_FOR, signedText(anchor)) })
  try {
    await append(folder, `${line}\n`)
  } catch (error) {
    log.error({ err: error }, 'the heads of the ledger could not be written to the data folder')
  }
  // Whoever keeps the log elsewhere can tell by this whether the file was changed.
  log.info({ count: heads.length }, `heads of the ledger: sha256 ${sha256(line).toString('hex')}`)
  return heads.length
}

/** A line that a crash cut off was never an anchor; the next one begins in its place. */
async function append(folder: string, line: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, ANCHORS_FILE)
  const file = await open(path, 'a+', 0o600)
  try {
    const { size } = await file.stat()
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(size - 1, 0))
    if (size > 0 && buffer.toString() !== '\n')
      await file.truncate((await readFile(path)).lastIndexOf('\n') + 1)
    await file.appendFile(line)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function readHeads(db: Database): Promise<Head[]> {
  const { rows } = await sql<{ cell: number; no: number; digest: string }>`
    select c.cell, b.no, encode(b.digest, 'hex') as digest
      from generate_series(0, ${CELLS - 1}::int) as c (cell)
     cross join lateral (select no, digest from ledger.blocks where blocks.cell = c.cell
                          order by no desc limit 1) b
     order by c.cell
  `.execute(db)
  return rows.map(({ cell, no, digest }) => [cell, no, digest] as const)
}

/** Travels with a dump: in another database the same books are still asked for what was anchored. */
async function whichLedger(db: Database): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id::text from ledger.identity`.execute(db)
  return rows[0]?.id ?? ''
}

/** Holds everything that was ever anchored against the chains as they are now; keeps only what it is about to compare. */
export async function checkAnchors({ db, ring, folder }: Deps) {
  const ledger = await whichLedger(db)
  const chains = newChains(db)
  const signatures = newSignatures(ring)
  let anchors = 0
  let number = 0
  for await (const line of linesOf(join(folder, ANCHORS_FILE))) {
    number += 1
    const anchor = parseAnchor(line)
    if (anchor && anchor.ledger !== ledger) continue
    if (!signatures.passes(number, anchor)) continue
    anchors += 1
    await chains.take(anchor.heads)
  }
  const faults = [...signatures.faults(), ...(await chains.end())]
  if (anchors === 0 && (await wereAnchored(db))) faults.push(VANISHED)
  return { anchors, faults }
}

async function wereAnchored(db: Database): Promise<boolean> {
  const { rows } = await sql`select from ledger.verdicts where anchors > 0 limit 1`.execute(db)
  return rows.length > 0
}

const HEADS_AT_ONCE_MAX = 4096

/** Compares heads some thousand at a time. Most anchors repeat the one before for most cells, and those are passed over. */
function newChains(db: Database) {
  const last = new Map<number, string>()
  const first = new Map<number, Fault>()
  let heads: Head[] = []
  const compareAll = async () => {
    for (const fault of await compare(db, heads))
      if (fault.cell !== null && !first.has(fault.cell)) first.set(fault.cell, fault)
    heads = []
  }
  return {
    take: async (more: readonly Head[]) => {
      for (const head of more) {
        const name = `${head[1]} ${head[2]}`
        if (last.get(head[0]) === name) continue
        last.set(head[0], name)
        heads.push(head)
      }
      if (heads.length >= HEADS_AT_ONCE_MAX) await compareAll()
    },
    end: async (): Promise<Fault[]> => {
      await compareAll()
      return [...first.values()]
    },
  }
}

async function compare(db: Database, heads: readonly Head[]): Promise<Fault[]> {
  const [cells, nos, digests] = [0, 1, 2].map((i) => heads.map((head) => head[i]))
  const { rows } = await sql<Fault>`
    select distinct on (a.cell) a.cell, 'blocks' as table, concat(a.cell, '/', a.no) as key,
           'what was anchored outside stays in the chain' as law, a.digest as expected,
           coalesce(encode(b.digest, 'hex'), 'nothing') as found
      from unnest(${cells}::int[], ${nos}::int[], ${digests}::text[]) as a (cell, no, digest)
      left join ledger.blocks b on b.cell = a.cell and b.no = a.no
     where b.digest is distinct from decode(a.digest, 'hex') order by a.cell, a.no
  `.execute(db)
  return rows
}

const VANISHED: Fault = {
  ...{ cell: null, table: ANCHORS_FILE, key: 'the file' },
  law: 'what was anchored stays outside',
  ...{ expected: 'anchors, as an earlier verdict had', found: 'none of these books' },
}

const unsigned = (number: number, anchor: Anchor | undefined): Fault => ({
  ...{ cell: null, table: ANCHORS_FILE, key: `line ${number}` },
  law: 'an anchor is signed by this house',
  expected: 'a signature',
  found: anchor ? 'one by a known secret that does not fit: the line was changed' : 'no anchor',
})

/** Kept apart from a line that was changed: it may well be sound, but here nobody can tell. */
export const KNOWN_SECRET_LAW = 'an anchor is signed with a secret that is known here'
const signedElsewhere = (first: number, count: number): Fault => ({
  ...{ cell: null, table: ANCHORS_FILE, law: KNOWN_SECRET_LAW },
  key: `line ${first}${count > 1 ? ` and ${count - 1} more` : ''}`,
  ...{ expected: 'a secret of TONGBAO_SECRET', found: 'signed with an unknown secret' },
})

/** Lets through what this house signed, and keeps what it holds against the other lines. */
function newSignatures(ring: Keyring) {
  const known = new Set(ring.versions(SIGNED_FOR).map(({ version }) => version))
  const changed: Fault[] = []
  let first: number | undefined
  let count = 0
  // Whether it names a key of the ring as its own; whether it is by that key is the next question.
  const isElsewhere = ({ signature }: Anchor): boolean => {
    const [, keyId] = /^([0-9a-f]{8})\./.exec(signature) ?? []
    return keyId !== undefined && !known.has(Number.parseInt(keyId, 16))
  }
  return {
    passes: (number: number, anchor: Anchor | undefined): anchor is Anchor => {
      if (anchor && ring.signed(SIGNED_FOR, signedText(anchor), anchor.signature)) return true
      if (anchor && isElsewhere(anchor)) {
        first ??= number
        count += 1
      } else if (changed.length < FAULTS_MAX) changed.push(unsigned(number, anchor))
      return false
    },
    faults: (): Fault[] => [
      ...changed,
      ...(first === undefined ? [] : [signedElsewhere(first, count)]),
    ],
  }
}

/** Whole lines; none where there is no file yet. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = ''
  try {
    for await (const chunk of createReadStream(path, 'utf8')) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

function parseAnchor(line: string): Anchor | undefined {
  let unchecked: unknown
  try {
    unchecked = JSON.parse(line)
  } catch {
    return undefined
  }
  return isAnchor(unchecked) ? unchecked : undefined
}

const isAnchor = (value: unknown): value is Anchor =>
  typeof value === 'object' &&
  value !== null &&
  'at' in value &&
  typeof value.at === 'string' &&
  'ledger' in value &&
  typeof value.ledger === 'string' &&
  'signature' in value &&
  typeof value.signature === 'string' &&
  'heads' in value &&
  Array.isArray(value.heads) &&
  value.heads.every(isHead)

const isHead = (value: unknown): value is Head =>
  Array.isArray(value) &&
  Number.isInteger(value[0]) &&
  Number.isInteger(value[1]) &&
  typeof value[2] === 'string' &&
  /^[0-9a-f]{64}$/.test(value[2])
