import { sealEntries, verifyAudit } from '#audit'
import { CELLS, judgeLedger, KNOWN_SECRET_LAW, sealBlocks } from '#ledger'
import { type Command, type Given, type Terminal, textOf } from '../command.ts'
import { openHouse } from '../house.ts'
import { StartRefused } from '../start-refused.ts'
import type { World } from '../world.ts'

export const verify: Command = {
  name: 'verify',
  summary: 'Prove that the books are whole: the ledger and the audit trail',
  usage: 'tongbao verify [--ledger [--from CELL]] [--audit]',
  options: { ledger: { type: 'boolean' }, audit: { type: 'boolean' }, from: { type: 'string' } },
  run: async (config, given, terminal) => {
    const from = cellOf(given)
    const isAll = given.values['ledger'] !== true && given.values['audit'] !== true
    const house = await openHouse(config, { exclusive: false, say: terminal.say })
    try {
      const parts: Part[] = []
      if (isAll || given.values['ledger'] === true)
        parts.push(await ledgerPart(house.world, from, terminal))
      if (isAll || given.values['audit'] === true)
        parts.push(await auditPart(house.world, terminal))
      terminal.result(
        Object.assign({}, ...parts.map(({ value }) => value)),
        parts.flatMap(({ lines }) => lines),
      )
      return parts.every(({ isSound }) => isSound) ? 0 : 1
    } finally {
      await house.close()
    }
  },
}

interface Part {
  readonly isSound: boolean
  readonly value: object
  readonly lines: readonly string[]
}

function cellOf(given: Given): number {
  const from = textOf(given, 'from')
  if (from === undefined) return 0
  if (given.values['ledger'] !== true) throw new StartRefused('--from goes with --ledger')
  if (!/^\d{1,2}$/.test(from) || Number(from) >= CELLS)
    throw new StartRefused(`--from takes the number of a cell, 0 to ${CELLS - 1}`)
  return Number(from)
}

async function ledgerPart(world: World, from: number, terminal: Terminal): Promise<Part> {
  await sealBlocks(world.db) // what waits for its seal is sealed first, so that all is looked at
  const asked = new AbortController()
  const stop = () => asked.abort()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const began = performance.now()
  const seconds = () => Math.max((performance.now() - began) / 1000, 0.001)
  const verdict = await judgeLedger(
    { ...world, dataFolder: world.config.dataFolder },
    {
      ...{ by: 'command', from, signal: asked.signal },
      onProgress: ({ cells, entries }) =>
        terminal.progress(
          `ledger: cell ${cells} of ${CELLS}, ${entries} entries, ${Math.round(entries / seconds())} a second`,
        ),
    },
  )
  process.off('SIGINT', stop)
  process.off('SIGTERM', stop)
  const { entries, cells, anchors, faults, next } = verdict
  const isSound = faults.length === 0 && next === undefined
  const isWhole = isSound && cells === CELLS
  const value = { entries, from, cells, anchors, faults, next: next ?? null, whole: isWhole }
  const rate = Math.round(entries / seconds())
  return {
    isSound,
    value: { ledger: value },
    lines: [
      `ledger: ${entries} entries in ${cells} cells, ${rate} a second; ${anchors} anchors outside the database`,
      ...faults.map(
        (fault) =>
          `ledger.${fault.table} ${fault.key}: ${fault.law}: expected ${fault.expected}, found ${fault.found}`,
      ),
      ...(next === undefined || faults.length > 0
        ? []
        : [`Stopped. Go on with: tongbao verify --ledger --from ${next}`]),
      ...(isWhole ? ['The ledger keeps every law.'] : []),
      ...(isSound && !isWhole
        ? [`Cells ${from} to ${CELLS - 1} keep every law. The cells before were not looked at.`]
        : []),
      ...endOf(faults),
    ],
  }
}

/** What to do about it. Anchors that nobody here can judge are no proof against the books, and none for them. */
function endOf(faults: readonly { readonly law: string }[]): string[] {
  const elsewhere = faults.filter(({ law }) => law === KNOWN_SECRET_LAW).length
  return [
    ...(faults.length > elsewhere ? ['The ledger is broken: the first row is named first.'] : []),
    ...(elsewhere > 0 && faults.length === elsewhere
      ? ['The rows that were read keep every law, but the anchors cannot be judged.']
      : []),
    ...(elsewhere > 0 ? SIGNED_ELSEWHERE : []),
  ]
}
const SIGNED_ELSEWHERE = [
  'Signed with an unknown secret: these lines come from before a change of secret or from another machine, or somebody',
  'made them up; without the secret nobody can tell. If you have it, add it behind the present one and verify again:',
  '  TONGBAO_SECRET=present,earlier',
  'If it is lost, hold the lines against the SHA-256 in the logs of that time, note it, and move the file away.',
]

async function auditPart(world: World, terminal: Terminal): Promise<Part> {
  await sealEntries(world) // what waits for its seal is sealed first, so that all is looked at
  const audit = await verifyAudit(world.db, world.ring, ({ blocks, blocksMax }) =>
    terminal.progress(`audit: block ${blocks} of ${blocksMax}`),
  )
  const { entries, blocks, last, faults } = audit
  const end = last === null ? 'nothing sealed yet' : `block ${last.block}, ${last.digest}`
  return {
    isSound: faults.length === 0,
    value: { audit },
    lines: [
      `audit: ${entries} entries in ${blocks} blocks; the chain ends at ${end}`,
      ...faults.map(({ table, row, what }) => `audit.${table} ${row}: ${what}`),
      ...auditEnd(faults),
    ],
  }
}

function auditEnd(faults: readonly { readonly what: string }[]): string[] {
  if (faults.length === 0) return ['The audit trail is as it was sealed.']
  if (faults.some(({ what }) => what !== 'unsigned'))
    return ['The trail was changed after it was sealed.']
  return [
    'Entries and blocks fit one another, but these signatures are not by a secret that is known here, or were changed:',
    'nobody can tell whether the trail was written anew. After a restore, or a change of secret, add the earlier one and',
    'verify again: TONGBAO_SECRET=present,earlier',
  ]
}
