import pg from 'pg'
import { creditsJobs } from '#credits'
import { type Clock, movableClock } from '#kernel/clock'
import { type Answer, type Command, OutcomeUnknown, openTeller, type Teller } from '#ledger'
import type { World } from '../../src/app/world.ts'
import { type Fate, openProxy } from '../proxy.ts'
import { openWorld } from '../world.ts'

const TRIES_MAX = 20

interface Node {
  readonly world: World
  readonly teller: Teller
  readonly clock: Clock
}

/**
 * Two nodes on one database: one of them behind a proxy that cuts and swallows, its clock a little ahead.
 * Time stands still until it is moved, so that what is refused is refused at a moment that is known.
 */
export async function openTwoNodes(startMs: number, fate: () => Fate | undefined) {
  const world = await openWorld()
  const judge = new pg.Pool({ connectionString: world.url, max: 2 })
  const proxy = await openProxy(world.url)
  const time = { now: startMs, skew: 0 }
  const openNode = (built: World, ahead: () => number): Node => {
    const clock = movableClock(() => time.now + ahead())
    return { world: built, clock, teller: openTeller({ pool: built.pool.pg, clock }) }
  }
  const second = async () =>
    openNode(await world.anotherNode({}, { databaseUrl: proxy.url }), () => time.skew)
  const nodes: [Node, Node] = [openNode(world, () => 0), await second()]
  proxy.fate = fate
  const met = { unknown: 0, aborted: 0, cut: 0, restarts: 0 }

  return {
    judge,
    met,
    fates: proxy.met,
    time,
    nowOf: (nth: 0 | 1): number => nodes[nth].clock.now(),
    /** Asks one node until it knows. All of them at once; what comes again comes in the same order. */
    ask: async (nth: 0 | 1, commands: readonly Command[]): Promise<Answer[]> => {
      const answers = new Map<Command, Answer>()
      for (let tried = 0; tried < TRIES_MAX && answers.size < commands.length; tried++) {
        const open = commands.filter((command) => !answers.has(command))
        await Promise.all(
          open.map((command) =>
            nodes[nth].teller.post(command).then(
              (answer) => answers.set(command, answer),
              (error) => {
                if (!(error instanceof OutcomeUnknown)) throw error
                met.unknown += 1
              },
            ),
          ),
        )
      }
      return commands.map((command) => {
        const answer = answers.get(command)
        if (!answer) throw new Error(`nobody knows what became of ${command.kind}`)
        return answer
      })
    },
    cut: () => {
      met.cut += 1
      proxy.cut()
    },
    /** PostgreSQL ends every session of ours, whatever it is doing. */
    abort: async () => {
      const { rowCount } = await judge.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'tongbao'`,
      )
      met.aborted += rowCount ?? 0
    },
    /** The sweeper and the sealer, as their jobs would run them. */
    runJobs: async (nth: 0 | 1) => {
      const { world: built, clock, teller } = nodes[nth]
      const { db, newId } = built
      for (const job of creditsJobs({ db, clock, teller, newId })) await job.run({})
    },
    restart: async () => {
      met.restarts += 1
      await nodes[1].teller.stop()
      await nodes[1].world.stop()
      nodes[1] = await second()
    },
    close: async () => {
      proxy.fate = () => undefined
      for (const { teller } of nodes) await teller.stop()
      await nodes[1].world.stop()
      await proxy.close()
      await judge.end()
      await world.close()
    },
  }
}
