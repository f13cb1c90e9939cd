import { sql } from 'kysely'
import type pg from 'pg'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Tx } from '#kernel/db'
import { readAnswer, readPost, type WirePost } from './answers.ts'
import { cellOf } from './cells.ts'
import { type Answer, type Command, type Transfer, wireOf } from './commands.ts'

/** A command with what the door needs of it, worked out once. */
export interface Sealed {
  readonly command: Command
  readonly wire: string
  readonly cell: number
}

export const sealed = (command: Command): Sealed => {
  const cell = cellOf(command.owner)
  return { command, wire: wireOf(command, cell), cell }
}

type Queryable = Pick<pg.Pool, 'query'>

const POST = {
  name: 'ledger-post',
  text: 'select ledger.post_batch($1, $2::jsonb, $3::timestamptz, $4) as answers',
} as const
const TRANSFER = {
  name: 'ledger-transfer',
  text: 'select ledger.post_transfer($1::jsonb, $2::timestamptz) as answer',
} as const

/** How a batch goes: as one set where it can, or each by itself. Both come to the same. */
export type Path = 'set' | 'each'

// The text is read when there is time for it, which is after the next batch has left.
// tidy-allow cast: pg's own type overloads the parser by oid, and this one is the same for all
const RAW = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig

/** One statement, one transaction: all these commands, none of them a transfer. */
export async function sendBatch(
  db: Queryable,
  batch: readonly Sealed[],
  now: Instant,
  path: Path,
): Promise<string> {
  const { cells, text, way } = spelled(batch, path)
  const { rows } = await db.query({ ...POST, types: RAW, values: [cells, text, rfc3339(now), way] })
  return rows[0].answers
}

export const readBatch = (text: string, count: number): Answer[] =>
  readPost(JSON.parse(text) as WirePost, count)

export const postBatch = async (
  db: Queryable,
  batch: readonly Sealed[],
  now: Instant,
  path: Path = 'set',
): Promise<Answer[]> => readBatch(await sendBatch(db, batch, now, path), batch.length)

export async function postTransfer(db: Queryable, one: Sealed, now: Instant): Promise<Answer> {
  const { rows } = await db.query({ ...TRANSFER, values: [one.wire, rfc3339(now)] })
  return readAnswer(rows[0].answer)
}

/** For a verb that must move value in the same transaction as its own rows. Elsewhere the teller is faster. */
export async function postIn(
  tx: Tx,
  commands: readonly Exclude<Command, Transfer>[],
  now: Instant,
): Promise<Answer[]> {
  const batch = commands.map(sealed)
  const { cells, text, way } = spelled(batch, 'set')
  const { rows } = await sql<{ answers: WirePost }>`
    select ledger.post_batch(${cells}, ${text}::jsonb, ${rfc3339(now)}::timestamptz, ${way}) as answers
  `.execute(tx)
  return readPost(rows[0]?.answers ?? { set: [], each: [] }, batch.length)
}

function spelled(
  batch: readonly Sealed[],
  path: Path,
): { cells: string; text: string; way: string } {
  const cells = new Set<number>()
  let way = path === 'each' ? 'each' : 'charges'
  let text = ''
  for (const { cell, command, wire } of batch) {
    cells.add(cell)
    if (way === 'charges' && command.kind !== 'charge') way = 'mixed'
    text += text === '' ? wire : `,${wire}`
  }
  return { cells: `{${[...cells].join(',')}}`, text: `[${text}]`, way }
}
