import { systemActor, writeAudit } from '#audit'
import { parseDurationMs, rfc3339 } from '#kernel/clock'
import { clockShift, moveClock } from '#kernel/clock-store'
import { inTx } from '#kernel/db'
import { type ClockMove, SHIFT_MS_MAX, wantedShift } from '../clock-move.ts'
import { type Command, type Given, textOf } from '../command.ts'
import { openHouse } from '../house.ts'
import { parseMoment } from '../moment.ts'
import { StartRefused } from '../start-refused.ts'
import type { World } from '../world.ts'

export const clock: Command = {
  name: 'clock',
  summary: 'Show the time of the house, or move it (never in production)',
  usage: 'tongbao clock [--by 30d | --to 2027-01-01T00:00:00Z | --reset]',
  options: { by: { type: 'string' }, to: { type: 'string' }, reset: { type: 'boolean' } },
  run: async (config, given, terminal) => {
    const move = moveOf(given)
    if (move !== undefined && config.mode === 'production')
      throw new StartRefused('in production time moves by itself')
    const house = await openHouse(config, { exclusive: false, say: terminal.say })
    const { world } = house
    try {
      if (move !== undefined) await moveTo(world, move)
      const shift_ms = await clockShift(world.db)
      // One that was written into the table by hand may be no date at all.
      if (Math.abs(shift_ms) > SHIFT_MS_MAX)
        throw new StartRefused(`${TOO_FAR}; bring it back: tongbao clock --reset`)
      const now = rfc3339(world.clock.now())
      terminal.result({ now, shift_ms }, [`${now} (${shift_ms / DAY_MS} days ahead)`])
    } finally {
      await house.close()
    }
    return 0
  },
}

const DAY_MS = 86_400_000
const TOO_FAR = `the clock goes no further than ${SHIFT_MS_MAX / DAY_MS} days from the machine's time`

/** Undefined when nothing is to be moved. */
function moveOf(given: Given): ClockMove | undefined {
  const by = textOf(given, 'by')
  const to = textOf(given, 'to')
  const reset = given.values['reset'] === true ? true : undefined
  const asked = [by, to, reset].filter((one) => one !== undefined).length
  if (asked === 0) return undefined
  if (asked > 1) throw new StartRefused('give one of --by, --to and --reset')
  if (by !== undefined && parseDurationMs(by) === undefined)
    throw new StartRefused('--by takes a duration like 90s, 15m, 12h, 30d, 2w')
  if (to !== undefined && parseMoment(to) === undefined)
    throw new StartRefused('--to takes a time like 2027-01-01T00:00:00Z')
  return { by, to, reset }
}

async function moveTo(world: World, move: ClockMove): Promise<void> {
  const shift = wantedShift(await clockShift(world.db), world.clock.now(), move)
  if (shift === undefined) throw new StartRefused(TOO_FAR)
  // First: a clock that stands where no date reaches could not date the entry of its own reset.
  world.clock.shift(shift)
  await inTx(world.db, async (tx) => {
    await moveClock(tx, shift)
    await writeAudit(tx, world, systemActor('cli'), {
      action: 'clock.moved',
      target: { kind: 'clock', id: 'clock' },
      after: { shift_ms: shift },
      result: 'done',
    })
  })
  await world.jobs.runSchedules()
}
