import { sql } from 'kysely'
import type pg from 'pg'
import { type Instant, rfc3339 } from '#kernel/clock'
import type { Tx } from '#kernel/db'
import { invariant } from '#kernel/invariant'
import { type Asked, readAnswer, readPost, type WireAnswer, type WirePost } from './answers.ts'
import type { Answer, Command, Transfer } from './commands.ts'
import { CHARGE_ARRAYS, element, type Sealed, sealed } from './wire.ts'

type Queryable = Pick<pg.Pool, 'query'>

const POST = {
  name: 'ledger-post',
  text: 'select ledger.post_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) as answers',
} as const
const CHARGE = {
  name: 'ledger-charge',
  text: 'select ledger.post_charge($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as answers',
} as const
const TRANSFER = {
  name: 'ledger-transfer',
  text: 'select ledger.post_transfer($1::jsonb, $2::timestamptz) as answer',
} as const

/**
 * How a batch goes: its plain charges as one set, whose keys the unique index judges; as a set that leaves out the keys
 * that are known; or each by itself. All come to the same.
 */
export type Path = 'set' | 'look' | 'each'

// The text is read when there is time for it, which is after the next batch has left.
// tidy-allow cast: pg's own type overloads the parser by oid, and this one is the same for all
const RAW = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig

/** One statement, one transaction: all these commands, none of them a transfer. What comes back reads the answers. */
export async function postBatch(
  db: Queryable,
  batch: readonly Sealed[],
  now: Instant,
  path: Path = 'look',
): Promise<() => Answer[]> {
  const [first] = batch
  if (path === 'set' && batch.length === 1 && first?.plain) return postAlone(db, first, now)
  const { asked, literals, json } = spelled(batch, now)
  const values = [...literals, json, rfc3339(now), path]
  const { rows } = await db.query({ ...POST, types: RAW, values })
  const text: string = rows[0].answers
  return () => readPost(JSON.parse(text) as WirePost, asked)
}

async function postAlone(db: Queryable, one: Sealed, now: Instant): Promise<() => Answer[]> {
  const { command, cell, plain = [] } = one
  const values = [cell, command.owner, command.asset, ...plain, rfc3339(now)]
  const { rows } = await db.query({ ...CHARGE, types: RAW, values })
  const text: string = rows[0].answers
  return () =>
    readPost(JSON.parse(text) as WirePost, { batch: [one], accounts: [[0]], others: [], now })
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
  const { asked, literals, json } = spelled(batch, now)
  const arrays = sql.join(literals.map((literal) => sql`${literal}`))
  // A key that the index finds too late would end the caller's transaction.
  const { rows } = await sql<{ answers: WirePost }>`
    select ledger.post_batch(${arrays}, ${json}, ${rfc3339(now)}, 'look') as answers
  `.execute(tx)
  const [row] = rows
  invariant(row !== undefined, 'L10', 'the ledger gave no answer')
  return readPost(row.answers, asked)
}

interface Spelled {
  readonly asked: Asked
  readonly literals: readonly string[]
  readonly json: string
}

/** Plain charges as arrays, unless their account has another command in this batch: those stay in one order. */
function spelled(batch: readonly Sealed[], now: Instant): Spelled {
  const busy = new Set<string>()
  for (const { command, plain } of batch) if (!plain) busy.add(`${command.owner} ${command.asset}`)
  const places = new Map<string, number[]>()
  const others: number[] = []
  batch.forEach(({ command, plain }, place) => {
    const name = `${command.owner} ${command.asset}`
    if (!plain || busy.has(name)) others.push(place)
    else if (!places.get(name)?.push(place)) places.set(name, [place])
  })
  const accounts = [...places.values()]
  return {
    asked: { batch, accounts, others, now },
    literals: [...accountsOf(batch, accounts), ...chargesOf(batch, accounts)],
    json: `[${others.map((place) => batch[place]?.json()).join(',')}]`,
  }
}

type Places = readonly (readonly number[])[]

const accountsOf = (batch: readonly Sealed[], accounts: Places): string[] => {
  const first = accounts.flatMap(([place = -1]) => batch[place] ?? [])
  return [
    `{${first.map(({ cell }) => cell).join(',')}}`,
    `{${first.map(({ command }) => element(command.owner)).join(',')}}`,
    `{${first.map(({ command }) => element(command.asset)).join(',')}}`,
  ]
}

/** The charges of one account stand together; each begins with the account's place, counted from one. */
const chargesOf = (batch: readonly Sealed[], accounts: Places): string[] => {
  const columns = Array.from({ length: 1 + CHARGE_ARRAYS }, () => '')
  let comma = ''
  accounts.forEach((places, account) => {
    for (const place of places) {
      const plain = batch[place]?.plain ?? []
      columns[0] += `${comma}${account + 1}`
      for (let i = 0; i < CHARGE_ARRAYS; i++) columns[i + 1] += comma + element(plain[i] ?? null)
      comma = ','
    }
  })
  return columns.map((column) => `{${column}}`)
}
