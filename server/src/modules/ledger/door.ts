import { sql } from 'kysely'
import type pg from 'pg'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { readAnswer, readPost, type WireAnswer, type WirePost } from './answers.ts'
import type { Answer, Command, Transfer } from './commands.ts'
import { CHARGE_ARRAYS, element, type Sealed, sealed } from './wire.ts'

type Queryable = Pick<pg.Pool, 'query'>

const POST = {
  name: 'ledger-post',
  text: 'select ledger.post_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as answers',
} as const
const CHARGE = {
  name: 'ledger-charge',
  text: 'select ledger.post_charge($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as answers',
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

/** One statement, one transaction: all these commands, none of them a transfer. What comes back reads the answers. */
export async function postBatch(
  db: Queryable,
  batch: readonly Sealed[],
  now: Instant,
  path: Path = 'set',
): Promise<() => Answer[]> {
  const [first] = batch
  if (path === 'set' && batch.length === 1 && first?.plain) return postAlone(db, first.plain, now)
  const { charges, others, literals, json } = spelled(batch)
  const values = [...literals, json, rfc3339(now), path === 'set']
  const { rows } = await db.query({ ...POST, types: RAW, values })
  const text: string = rows[0].answers
  return () => readPost(JSON.parse(text) as WirePost, charges, others)
}

async function postAlone(
  db: Queryable,
  plain: readonly (string | null)[],
  now: Instant,
): Promise<() => Answer[]> {
  const { rows } = await db.query({ ...CHARGE, types: RAW, values: [...plain, rfc3339(now)] })
  const text: string = rows[0].answers
  return () => readPost(JSON.parse(text) as WirePost, [0], [])
}

export async function postTransfer(db: Queryable, one: Sealed, now: Instant): Promise<Answer> {
  const { rows } = await db.query({ ...TRANSFER, values: [one.json(), rfc3339(now)] })
  return readAnswer(rows[0].answer)
}

/** A transfer in the transaction of the caller's own rows. */
export async function postTransferIn(tx: Tx, command: Transfer, now: Instant): Promise<Answer> {
  const { rows } = await sql<{ answer: WireAnswer }>`
    select ledger.post_transfer(${sealed(command).json()}::jsonb, ${rfc3339(now)}::timestamptz) as answer
  `.execute(tx)
  const [row] = rows
  invariant(row !== undefined, 'L10', 'the ledger gave no answer')
  return readAnswer(row.answer)
}

/** For a verb that must move value in the same transaction as its own rows. Elsewhere the teller is faster. */
export async function postIn(
  tx: Tx,
  commands: readonly Exclude<Command, Transfer>[],
  now: Instant,
): Promise<Answer[]> {
  const batch = commands.map(sealed)
  const { charges, others, literals, json } = spelled(batch)
  const [cells, owners, assets, amounts, keys, prints, contras, actions, notes] = literals
  const { rows } = await sql<{ answers: WirePost }>`
    select ledger.post_batch(${cells}, ${owners}, ${assets}, ${amounts}, ${keys}, ${prints}, ${contras},
      ${actions}, ${notes}, ${json}, ${rfc3339(now)}, true) as answers
  `.execute(tx)
  const [row] = rows
  invariant(row !== undefined, 'L10', 'the ledger gave no answer')
  return readPost(row.answers, charges, others)
}

interface Spelled {
  /** The places in the batch of the plain charges, and of all others. */
  readonly charges: readonly number[]
  readonly others: readonly number[]
  readonly literals: readonly string[]
  readonly json: string
}

/** Plain charges as arrays, unless their account has another command in this batch: those stay in one order. */
function spelled(batch: readonly Sealed[]): Spelled {
  const busy = new Set<string>()
  for (const { command, plain } of batch) if (!plain) busy.add(`${command.owner} ${command.asset}`)
  const charges: number[] = []
  const others: number[] = []
  const columns = Array.from({ length: CHARGE_ARRAYS }, () => '')
  batch.forEach(({ command, plain }, place) => {
    if (!plain || (busy.size > 0 && busy.has(`${command.owner} ${command.asset}`))) {
      others.push(place)
      return
    }
    const comma = charges.length > 0 ? ',' : ''
    for (let i = 0; i < CHARGE_ARRAYS; i++) columns[i] += comma + element(plain[i] ?? null)
    charges.push(place)
  })
  return {
    charges,
    others,
    literals: columns.map((column) => `{${column}}`),
    json: `[${others.map((place) => batch[place]?.json()).join(',')}]`,
  }
}
