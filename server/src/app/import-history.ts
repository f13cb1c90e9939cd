import { isSource } from '#credits'
import type { Instant } from '#kernel/clock'
import { inTx } from '#kernel/db'
import { type Command, hasOtherEntries, idInCell, listDigits, postIn } from '#ledger'
import { accountOf, newOwnerFinder } from './import-accounts.ts'
import { type Checked, TIME } from './import-balances.ts'
import {
  amountOf,
  keysOf,
  type NamedRow,
  namedRows,
  newTally,
  ROW_FAULTS_MAX,
  type RowEnd,
  type RowFault,
  type Tally,
  textFault,
  type WhoseRow,
  whoseOf,
} from './import-file.ts'
import { parseMoment } from './moment.ts'
import type { World } from './world.ts'

const COLUMNS = {
  needed: ['kind', 'amount', 'at'],
  known: [
    'external_id',
    'owner',
    'asset',
    'kind',
    'amount',
    'at',
    'description',
    'ref',
    'source',
    'action',
  ],
}
const KINDS = ['grant', 'charge', 'refund'] as const
type Kind = (typeof KINDS)[number]
const ACCOUNTS_AT_ONCE_MAX = 12

interface Movement extends WhoseRow {
  readonly line: number
  readonly kind: Kind
  readonly asset: string
  readonly amount: bigint
  readonly atMs: number
  readonly description: string | undefined
  readonly ref: string | undefined
  readonly source: string
  readonly action: string | undefined
}

/** What a file has said about an account so far. */
interface Replayed {
  lastMs: number
  balance: bigint
  /** What of each charge can still be refunded, by its ref. */
  readonly charges: Map<string, bigint>
}

/** Replays the file on paper: whatever the ledger would refuse on the way is named before anything is written. */
export async function checkHistory(
  world: World,
  path: string,
  { digest }: { readonly digest: string },
): Promise<Checked> {
  const faults: RowFault[] = []
  const accounts = new Map<string, Replayed>()
  let rows = 0
  const assets = new Set((await listDigits(world.db)).map(({ asset }) => asset))
  for await (const row of namedRows(path, COLUMNS)) {
    rows += 1
    const move = parse(row, assets, world.clock.now())
    const reason = typeof move === 'string' ? move : await follows(world, accounts, move, digest)
    if (reason !== undefined) faults.push({ line: row.line, reason })
    if (faults.length >= ROW_FAULTS_MAX) break
  }
  return { rows, over: 0, faults }
}

async function follows(
  world: World,
  accounts: Map<string, Replayed>,
  move: Movement,
  digest: string,
): Promise<string | undefined> {
  const whose = await accountOf(world, move)
  if (typeof whose === 'string') return whose
  const name = `${whose.name}\n${move.asset}`
  const known = accounts.get(name)
  if (!known && whose.owner !== undefined && (await isUsed(world, whose.owner, move, digest)))
    return 'this account has entries already; history goes onto empty accounts only'
  const so = known ?? { lastMs: move.atMs, balance: 0n, charges: new Map<string, bigint>() }
  accounts.set(name, so)
  if (move.atMs < so.lastMs) return 'earlier than the row of this account before it: sort by at'
  so.lastMs = move.atMs
  return STEPS[move.kind](so, move)
}

const isUsed = (world: World, owner: string, { asset }: Movement, digest: string) =>
  hasOtherEntries(world.db, { owner, asset }, keysOf(digest))

const STEPS: Readonly<Record<Kind, (so: Replayed, move: Movement) => string | undefined>> = {
  grant: (so, { amount }) => {
    so.balance += amount
    return so.balance > BigInt(Number.MAX_SAFE_INTEGER)
      ? 'more than an account can hold'
      : undefined
  },
  charge: (so, { amount, ref }) => {
    if (amount > so.balance) return `charges ${amount} of ${so.balance}`
    if (ref !== undefined && so.charges.has(ref)) return `another charge has the ref ${ref}`
    so.balance -= amount
    if (ref !== undefined) so.charges.set(ref, amount)
    return undefined
  },
  refund: (so, { amount, ref }) => {
    const left = so.charges.get(ref ?? '')
    if (ref === undefined || left === undefined)
      return 'a refund needs the ref of an earlier charge'
    if (amount > left) return `refunds ${amount} of ${left} that are left of the charge`
    so.charges.set(ref, left - amount)
    so.balance += amount
    return undefined
  },
}

/**
 * Writes the rows at their own times: accounts beside one another, the rows of each in their order. An account whose row
 * is refused gets no later one: those rest on it.
 */
export async function importHistory(
  world: World,
  path: string,
  digest: string,
  onRows: (rows: number) => Promise<void>,
): Promise<Tally> {
  const tally = newTally()
  const charges = new Map<string, string>()
  const stopped = new Set<string>()
  const turns = new Map<string, Promise<void>>()
  const assets = new Set((await listDigits(world.db)).map(({ asset }) => asset))
  const ownerOf = newOwnerFinder(world)
  for await (const row of namedRows(path, COLUMNS)) {
    const move = parse(row, assets, world.clock.now())
    if (typeof move === 'string') continue
    const owner = await ownerOf(move)
    const account = `${owner}\n${move.asset}`
    const before = turns.get(account)
    if (before === undefined && turns.size >= ACCOUNTS_AT_ONCE_MAX)
      await Promise.all(turns.values())
    if (before === undefined && turns.size >= ACCOUNTS_AT_ONCE_MAX) turns.clear()
    const turn = (before ?? Promise.resolve()).then(async () => {
      const end = stopped.has(account)
        ? { line: move.line, reason: 'left out: an earlier row of this account was refused' }
        : await replay(world, move, owner, digest, charges)
      if (typeof end !== 'string') stopped.add(account)
      tally.note(end)
      await onRows(1)
    })
    turn.catch(() => {}) // whoever awaits it meets the fault
    turns.set(account, turn)
    // One account's rows must not pile up while it is the only one.
    if (before !== undefined) await before
  }
  await Promise.all(turns.values())
  return tally.done()
}

async function replay(
  world: World,
  move: Movement,
  owner: string,
  digest: string,
  charges: Map<string, string>,
): Promise<RowEnd> {
  const name = `${owner}\n${move.asset}\n${move.ref}`
  const command = commandOf(world, move, owner, digest, charges.get(name) ?? '')
  const [answer] = await inTx(world.db, (tx) => postIn(tx, [command], move.atMs as Instant))
  if (!answer) throw new Error('the ledger gave no answer')
  if (!answer.ok) return { line: move.line, reason: `the ledger refused: ${answer.code}` }
  if (move.kind === 'charge' && move.ref !== undefined) charges.set(name, answer.id)
  return answer.replayed ? 'already' : 'taken'
}

function commandOf(
  world: World,
  move: Movement,
  owner: string,
  digest: string,
  chargeId: string,
): Exclude<Command, { kind: 'transfer' }> {
  const { line, asset, amount, ref, action, description } = move
  const common = {
    ...{ owner, asset, amount, actor: 'import' },
    ...{ key: `${keysOf(digest)}${line}`, request: `import ${digest} ${line}` },
    ...(description !== undefined && { description }),
    ...(ref !== undefined && { referenceType: 'import', referenceId: ref }),
  }
  if (move.kind === 'grant')
    return {
      ...{ kind: 'grant', ...common, source: move.source, refundable: move.source === 'purchase' },
      lotId: idInCell(world.newId, 'lot', owner),
    }
  if (move.kind === 'charge')
    return { kind: 'charge', ...common, ...(action !== undefined && { action }) }
  return { kind: 'refund', ...common, chargeId }
}

function parse(row: NamedRow, assets: ReadonlySet<string>, nowMs: number): Movement | string {
  const { line, cell, shapeFault } = row
  if (shapeFault !== undefined) return shapeFault
  const whose = whoseOf(row)
  if (typeof whose === 'string') return whose
  const kind = cell('kind') ?? ''
  const amount = amountOf(cell('amount'))
  const asset = cell('asset') ?? 'credit'
  const atMs = parseMoment(cell('at') ?? '') ?? Number.NaN
  const source = cell('source') ?? 'purchase'
  const [description, ref, action] = [cell('description'), cell('ref'), cell('action')]
  if (!isKind(kind)) return `kind is ${KINDS.join(', ')}; it is "${kind}"`
  if (amount === undefined || amount < 0n)
    return 'amount must be a whole number above 0, whatever the kind'
  if (!assets.has(asset)) return `there is no asset ${asset}`
  const fault =
    timeFault(atMs, nowMs) ??
    sourceFault(source) ??
    [description, ref, action].map(textFault).find(Boolean)
  if (fault !== undefined) return fault
  return { line, kind, asset, amount, atMs, description, ref, source, action, ...whose }
}

const timeFault = (atMs: number, nowMs: number): string | undefined => {
  if (Number.isNaN(atMs)) return TIME('at')
  return atMs > nowMs ? `at lies in the future: now is ${new Date(nowMs).toISOString()}` : undefined
}
const sourceFault = (source: string): string | undefined =>
  isSource(source) ? undefined : `there is no source ${source}`

const isKind = (word: string): word is Kind => (KINDS as readonly string[]).includes(word)
