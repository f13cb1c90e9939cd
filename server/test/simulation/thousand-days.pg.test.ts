import { expect, test } from 'vitest'
import type { Answer, Command } from '#ledger'
import { dice } from '../dice.ts'
import { brokenLaws } from '../ledger-laws.ts'
import { Script, STEP_KINDS, type Step, shape } from '../ledger-script.ts'
import { DAYS, SEED, SEEDS } from '../measure.ts'
import type { Fate } from '../proxy.ts'
import { openTwoNodes } from './two-nodes.ts'

const OWNERS = 6
const STEPS_A_DAY = 12
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
// Ahead of any machine's clock: the second node's own sweeper goes by that one, and must find nothing due.
const START = Date.parse('2100-03-01T00:00:00Z')
const SKEW_MS_MAX = 400
const JUDGED_EVERY_DAYS = 200
const PAST_MOMENTS = 40
const LONG_MS = 60_000 + DAYS * 600
const FATES: readonly Fate[] = ['swallowed', 'swallowed', 'lost', 'torn', 'late']

const BALANCES = `
  select o.owner, b.available || ',' || b.held || ',' || b.debt as balance
    from unnest($1::text[]) as o (owner)
   cross join lateral ledger.balance_at(ledger.cell_of(o.owner), o.owner, 'credit', $2) b`

interface Said {
  readonly command: Command
  readonly nth: 0 | 1
}

/** What one day brings, in stretches: between owners all at once, a transfer by itself. */
function planOf(script: Script, chance: ReturnType<typeof dice>, now: number): Said[][] {
  const stretches: Said[][] = [[]]
  for (let i = 0; i < STEPS_A_DAY; i++) {
    const step: Step = {
      kind: chance.pick(STEP_KINDS),
      who: chance.below(OWNERS),
      amount: chance.below(chance.below(2) === 0 ? 13 : 61),
      pick: chance.below(1_001),
      dice: chance.below(8),
      more: chance.below(6),
    }
    const nth = chance.pick([0, 1] as const)
    for (const command of script.commands(step, now))
      if (command.kind === 'transfer') stretches.push([{ command, nth }], [])
      else stretches.at(-1)?.push({ command, nth })
  }
  return stretches
}

test.each(Array.from({ length: SEEDS }, (_, i) => SEED + i))(
  `L11 L13: ${DAYS} days of commands and faults on two nodes, seed %i: every answer and every balance is the oracle's`,
  async (seed) => {
    const chance = dice(seed)
    const luck = dice(seed + 1_000) // of its own, because how often it is asked hangs on the faults
    const fate = () => (luck.below(60) === 0 ? luck.pick(FATES) : undefined)
    const nodes = await openTwoNodes(START, fate)
    const script = new Script(seed, OWNERS)
    const owners = Array.from({ length: OWNERS }, (_, who) => script.owner(who))

    const live = async (stretch: readonly Said[]) => {
      const answers = new Map<Command, Answer>()
      const ofOne = Map.groupBy(stretch, ({ command }) => command.owner)
      await Promise.all(
        [...ofOne.values()].map(async (said) => {
          for (const { command, nth } of said) {
            const [answer] = await nodes.ask(nth, [command])
            if (answer) answers.set(command, answer)
          }
        }),
      )
      for (const { command, nth } of stretch) {
        const answer = answers.get(command)
        const now = nodes.nowOf(nth)
        const oracle = script.oracle.do(command, answer?.ok ? answer.id : '', now)
        if (!oracle.replayed && answer) script.heard(command, answer)
        // A lost answer makes the first one that comes a repeat; a repeat is never taken for the first.
        const replayed = oracle.replayed || (answer?.ok === true && answer.replayed)
        const { told, balance } = oracle
        expect({ seed, command, now, ...(answer && shape(answer)) }).toEqual({
          seed,
          command,
          now,
          ...(told.ok ? { ...told, balance, replayed } : told),
        })
      }
    }
    const expectBalances = async (at: number, want: (owner: string) => string) => {
      const { rows } = await nodes.judge.query(BALANCES, [owners, new Date(at).toISOString()])
      const told = Object.fromEntries(rows.map(({ owner, balance }) => [owner, balance]))
      expect({ seed, at, ...told }).toEqual({
        seed,
        at,
        ...Object.fromEntries(owners.map((owner) => [owner, want(owner)])),
      })
    }
    const meetFault = async (day: number) => {
      if (day % 23 === 11) nodes.cut()
      if (day % 37 === 17) await nodes.abort()
    }

    for (let day = 0; day < DAYS; day++) {
      nodes.time.now = START + day * DAY_MS + chance.below(20 * HOUR_MS)
      nodes.time.skew = chance.below(SKEW_MS_MAX)
      for (const stretch of planOf(script, chance, nodes.time.now))
        await Promise.all([live(stretch), meetFault(day)])
      if (day % 10 === 9) await nodes.runJobs(0)
      const evening = nodes.time.now + SKEW_MS_MAX
      for (const owner of owners) script.oracle.settle(owner, evening)
      await expectBalances(evening, (owner) => script.oracle.balance(owner))
      if (day % 250 === 124) await nodes.restart()
      if (day % JUDGED_EVERY_DAYS === JUDGED_EVERY_DAYS - 1)
        expect({ seed, day, broken: await brokenLaws(nodes.judge) }).toMatchObject({ broken: [] })
    }
    for (let i = 0; i < PAST_MOMENTS; i++) {
      const at = START + chance.below(DAYS) * DAY_MS + chance.below(DAY_MS)
      if (at > nodes.time.now) continue
      await expectBalances(at, (owner) => script.oracle.balanceAt(owner, at))
    }
    expect({ seed, broken: await brokenLaws(nodes.judge) }).toEqual({ seed, broken: [] })
    console.info(
      `seed ${seed}: ${JSON.stringify({ said: script.said.length, ...nodes.met, ...nodes.fates })}`,
    )
    await nodes.close()
  },
  LONG_MS,
)
