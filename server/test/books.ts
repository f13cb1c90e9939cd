import pg from 'pg'
import { movableClock } from '#kernel/clock'
import { idsFrom } from '#kernel/ids'
import { type Answer, balanceAt, type Command, idInCell, openTeller, type Posted } from '#ledger'
import { brokenLaws } from './ledger-laws.ts'
import { openWorld } from './world.ts'

type Without<T> = T extends Command
  ? Omit<T, 'owner' | 'asset' | 'key' | 'lotId'> & { readonly key?: string }
  : never
export type Asked = Without<Command>

const DAY_MS = 86_400_000
const MAKES_A_LOT = new Set(['grant', 'adjust', 'transfer'])

export const drawn = (answer: Posted) =>
  answer.draws.map(({ lotId, amount }) => [lotId, Number(amount)])

/** The ledger by itself, at a time that stands still until a test moves it. */
export async function openBooks() {
  const world = await openWorld()
  const judge = new pg.Pool({ connectionString: world.url, max: 2 })
  let now = Date.parse('2026-05-01T00:00:00Z')
  let made = 0
  const clock = movableClock(() => now)
  const newId = idsFrom(clock)
  const teller = openTeller({ pool: world.pool.pg, clock })

  /** An account of its own for each test. */
  const somebody = (owner = `usr_books_${++made}`) => {
    const ask = (command: Asked): Promise<Answer> =>
      teller.post({
        owner,
        asset: 'credit',
        key: `books-key-${++made}`,
        ...(MAKES_A_LOT.has(command.kind) && { lotId: idInCell(newId, 'lot', owner) }),
        ...command,
      } as Command)
    const must = async (command: Asked): Promise<Posted> => {
      const answer = await ask(command)
      if (!answer.ok) throw new Error(`${answer.code} ${JSON.stringify(answer.facts)}`)
      return answer
    }
    return {
      owner,
      ask,
      must,
      grant: async (amount: bigint, terms: object = {}): Promise<string> => {
        const { detail } = await must({ kind: 'grant', amount, source: 'purchase', ...terms })
        return String(detail['lot_id'])
      },
      newHold: () => idInCell(newId, 'hld', owner),
      /** Available, held and debt, at this moment or at another one. */
      balance: async (at = now): Promise<string> => {
        const moment = movableClock(() => at).now()
        const told = await balanceAt(world.db, { owner, asset: 'credit' }, moment)
        return `${told.available} ${told.held} ${told.debt}`
      },
      lines: async () =>
        (
          await judge.query(
            'select kind, amount::int, contra, created_at from ledger.entries where owner = $1 order by seq',
            [owner],
          )
        ).rows,
    }
  }
  return {
    world,
    judge,
    clock,
    newId,
    somebody,
    lot: async (id: string) =>
      (await judge.query('select * from ledger.lots_now where id = $1', [id])).rows[0],
    /** What has been told since the last look. */
    told: async () => (await judge.query('delete from kernel.outbox returning topic, data')).rows,
    now: () => now,
    passDays: (days: number) => {
      now += days * DAY_MS
    },
    inDays: (days: number) => new Date(now + days * DAY_MS).toISOString(),
    /** The laws are judged of everything that the tests before have done. */
    close: async () => {
      await teller.stop()
      const broken = await brokenLaws(judge)
      await judge.end()
      await world.close()
      return broken
    },
  }
}
