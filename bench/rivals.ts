import type pg from 'pg'
import { chooser, newKey, ownerOf, type Spread } from './accounts.ts'
import { type Contender, keepBusy } from './measure.ts'

/**
 * What teams write first: five statements, a balance column and a list of entries. It knows a repeated key
 * by the unique index alone, and keeps no lots, no expiry, no holds, no chain and no outbox.
 */
export const naive = (
  pool: pg.Pool,
  spread: Spread,
  accounts: number,
  callers: number,
): Contender => {
  const choose = chooser(spread, accounts)
  const charge = async () => {
    const owner = ownerOf(choose())
    const client = await pool.connect()
    try {
      await client.query('begin')
      const { rows } = await client.query(
        'select balance from bench.accounts where owner = $1 for update',
        [owner],
      )
      const after = BigInt(rows[0].balance) - 5n
      await client.query('update bench.accounts set balance = $2 where owner = $1', [owner, after])
      await client.query(
        'insert into bench.entries (owner, amount, balance_after, key) values ($1, -5, $2, $3)',
        [owner, after, newKey()],
      )
      await client.query('commit')
    } finally {
      client.release()
    }
  }
  return { name: `naive_${spread}`, callers, run: (ms) => keepBusy(callers, ms, charge) }
}

/** The same charge as one prepared call of a database function: the best there is without batching. */
export const oneStatement = (
  pool: pg.Pool,
  spread: Spread,
  accounts: number,
  callers: number,
): Contender => {
  const choose = chooser(spread, accounts)
  const charge = () =>
    pool.query({
      name: 'one-statement',
      text: 'select bench.charge($1, 5, $2)',
      values: [ownerOf(choose()), newKey()],
    })
  const name = callers === 1 ? 'one_lone' : `one_${spread}`
  return { name, callers, run: (ms) => keepBusy(callers, ms, charge) }
}
