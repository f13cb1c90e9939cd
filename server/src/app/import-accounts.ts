import { findOwnerByExternalId, isOwner, ownerByExternalId } from '#identity'
import { type AccountName, importedBefore, isPosted } from '#ledger'
import { IMPORT_KEYS, keysOf, type WhoseRow } from './import-file.ts'
import type { World } from './world.ts'

/** A row whose account is `name`, whether it came by external id or by owner; no owner where nobody has met it yet. */
interface Account {
  readonly owner: string | undefined
  readonly name: string
}

/** Whose account a row is about, or why that cannot be said. Makes nobody. */
export async function accountOf(
  world: World,
  { externalId, owner }: WhoseRow,
): Promise<Account | string> {
  if (owner !== undefined)
    return (await isOwner(world.db, owner)) ? { owner, name: owner } : `there is no owner ${owner}`
  const name = externalId ?? ''
  const known = await findOwnerByExternalId(world.db, name)
  if (known === undefined && (await isOwner(world.db, name)))
    return `${name} is an owner of this house: it goes into the column owner`
  return { owner: known, name: known ?? `\n${externalId}` }
}

const NAMES_MAX = 10_000

/** The owner of each row, made on first use; remembers some, for rows of one account lie close together. */
export function newOwnerFinder(world: World) {
  const owners = new Map<string, string>()
  return async ({ externalId, owner }: WhoseRow): Promise<string> => {
    if (owner !== undefined) return owner
    const name = externalId ?? ''
    const found = owners.get(name) ?? (await ownerByExternalId(world, name))
    if (owners.size >= NAMES_MAX) owners.clear()
    owners.set(name, found)
    return found
  }
}

interface Row extends WhoseRow {
  readonly line: number
  readonly asset: string
  readonly amount: bigint
}

/** What an account holds on paper, with the rows of the file so far. */
interface OnPaper {
  readonly isOther: boolean
  readonly isOurs: boolean
  readonly debt: bigint
  room: bigint
  owes: bigint
}

/** Judges rows of balances against the books: nothing is given twice, no debt pays another, and all of it fits. */
export function newBalanceJudge(world: World, digest: string, isAgain: boolean) {
  const accounts = new Map<string, OnPaper>()
  const load = async (account: AccountName | undefined): Promise<OnPaper> => {
    const before = account && (await importedBefore(world.db, account, IMPORT_KEYS, keysOf(digest)))
    const { ours, others, debt, owned } = before ?? NOTHING
    return { isOurs: ours, isOther: others, debt, room: MOST - owned, owes: 0n }
  }
  // What an import that was cut short has given is in the books already.
  const isGiven = (so: OnPaper, owner: string | undefined, { line, amount }: Row) => {
    const key = `${keysOf(digest)}${line}${amount < 0n ? '-lot' : ''}`
    return so.isOurs && owner !== undefined && isPosted(world.db, owner, key)
  }
  return async (row: Row, isOver: boolean): Promise<string | undefined> => {
    const whose = await accountOf(world, row)
    if (typeof whose === 'string') return whose
    if (isOver) return undefined
    const { asset, amount } = row
    const name = `${whose.name}\n${asset}`
    const account = whose.owner === undefined ? undefined : { owner: whose.owner, asset }
    const so = accounts.get(name) ?? (await load(account))
    accounts.set(name, so)
    if (so.isOther && !isAgain)
      return 'this account has rows of another file; --again gives these besides'
    if (await isGiven(so, whose.owner, row)) return undefined
    return amount < 0n ? owe(so, -amount) : put(so, amount)
  }
}

// A debt comes in as a grant that is spent and taken back, and a grant repays a debt that is there.
function owe(so: OnPaper, amount: bigint): string | undefined {
  if (so.debt > 0n) return 'this account has a debt already, which this one would repay'
  if (so.owes > 0n) return 'another row has a debt of this account'
  so.owes = amount
  return put(so, 0n)
}

function put(so: OnPaper, amount: bigint): string | undefined {
  so.room -= amount
  return so.room < so.owes ? 'more than an account can hold' : undefined
}
const NOTHING = { ours: false, others: false, debt: 0n, owned: 0n }
const MOST = BigInt(Number.MAX_SAFE_INTEGER)
