import { sql } from 'kysely'
import type pg from 'pg'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Tx } from '#kernel/db'
import { readAnswer, readPost, type WireAnswer, type WirePost } from './answers.ts'
import { cellOf } from './cells.ts'
import { type Answer, type Command, type Transfer, wireOf } from './commands.ts'

/** A command with what the door needs of it, worked out once. */
export interface Sealed {
  readonly command: Command
  readonly wire: string
  readonly cell: number
}

export const sealed = (command: Command): Sealed => ({
  command,
  wire: wireOf(command),
  cell: cellOf(command.owner),
})

type Queryable = Pick<pg.Pool, 'query'>

const POST = {
  name: 'ledger-post',
  text: 'select array_to_json(ledger.post_cells($1::jsonb, $2::timestamptz, $3)) as answers',
} as const
const TRANSFER = {
  name: 'ledger-transfer',
  text: 'select ledger.post_transfer($1::jsonb, $2::timestamptz) as answer',
} as const

/** One statement, one transaction: all these commands, none of them a transfer, answered in their order. */
export async function postBatch(
  db: Queryable,
  batch: readonly Sealed[],
  now: Instant,
  asSet = true,
): Promise<Answer[]> {
  const { text, places } = byCell(batch)
  const { rows } = await db.query({ ...POST, values: [text, rfc3339(now), asSet] })
  return inPlace(batch, places, rows[0].answers)
}

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
  const { text, places } = byCell(batch)
  const { rows } = await sql<{ answers: WirePost[] }>`
    select array_to_json(ledger.post_cells(${text}::jsonb, ${rfc3339(now)}::timestamptz)) as answers
  `.execute(tx)
  return inPlace(batch, places, rows[0]?.answers ?? [])
}

export async function transferIn(tx: Tx, command: Transfer, now: Instant): Promise<Answer> {
  const { rows } = await sql<{ answer: WireAnswer }>`
    select ledger.post_transfer(${wireOf(command)}::jsonb, ${rfc3339(now)}::timestamptz) as answer
  `.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error('the ledger gave no answer')
  return readAnswer(row.answer)
}

/** The batch as `[[cell, [command, …]], …]` in ascending order of cell, and whose place each command had. */
function byCell(batch: readonly Sealed[]): { text: string; places: number[][] } {
  const places = new Map<number, number[]>()
  batch.forEach(({ cell }, place) => {
    const known = places.get(cell)
    if (known) known.push(place)
    else places.set(cell, [place])
  })
  const cells = [...places.entries()].sort(([a], [b]) => a - b)
  const text = cells.map(
    ([cell, mine]) => `[${cell},[${mine.map((place) => batch[place]?.wire).join(',')}]]`,
  )
  return { text: `[${text.join(',')}]`, places: cells.map(([, mine]) => mine) }
}

function inPlace(
  batch: readonly Sealed[],
  places: readonly (readonly number[])[],
  posts: readonly WirePost[],
): Answer[] {
  const answers = new Array<Answer>(batch.length)
  places.forEach((mine, i) => {
    const read = readPost(posts[i] ?? { set: [], each: [] }, mine.length)
    mine.forEach((place, nth) => {
      const answer = read[nth]
      if (answer !== undefined) answers[place] = answer
    })
  })
  return answers
}
