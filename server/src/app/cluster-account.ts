import { spawnSync } from 'node:child_process'
import type { Stats } from 'node:fs'
import { chmodSync, lchownSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ClusterUnavailable, notAFolder } from './cluster-unavailable.ts'

/** Who PostgreSQL runs as. It refuses to be root, so root lends it another account. */
export interface Account {
  readonly uid: number
  readonly gid: number
  readonly name: string
  /** True when we are root and every program has to be started as somebody else. */
  readonly switched: boolean
}

export interface Place {
  readonly folder: string
  readonly account: Account
}

/** Makes the data folder and proves, before anything is started, that the account gets there. */
export function preparePlace(unchecked: string): Place {
  const wanted = resolve(unchecked)
  // pg_ctl hands the path to a shell inside double quotes and escapes nothing.
  if (/["$`\\\n]/.test(wanted) && process.platform !== 'win32') {
    throw new ClusterUnavailable(
      `PostgreSQL cannot work in ${wanted}, whose name holds a quote, a dollar or a backslash; set TONGBAO_DATA to a plainer path`,
    )
  }
  const standing = nearestExisting(wanted)
  if (!statSync(standing).isDirectory()) throw new ClusterUnavailable(notAFolder(standing))
  const account = accountFor(wanted)
  refuseClosedDoor(realpathSync(standing), wanted, account)
  makeFolder(wanted, account.switched ? 0o711 : 0o700)
  const folder = realpathSync(wanted)
  refuseClosedDoor(folder, wanted, account)
  refuseForeignData(folder, account)
  return { folder, account }
}

/** The first folder on the way to `path`, or `path` itself, that `account` cannot enter. */
export function closedDoor(path: string, account: Account): string | undefined {
  if (!account.switched) return undefined
  const parent = dirname(path)
  const above = parent === path ? undefined : closedDoor(parent, account)
  if (above !== undefined) return above
  return allows(statSync(path), account, 0o1) ? undefined : path
}

export function allows(stats: Stats, account: Account, bits: number): boolean {
  if (stats.uid === account.uid) return ((stats.mode >> 6) & bits) === bits
  if (stats.gid === account.gid) return ((stats.mode >> 3) & bits) === bits
  return (stats.mode & bits) === bits
}

/** What PostgreSQL itself writes belongs to its account. */
export function giveTo(account: Account, path: string): void {
  if (account.switched) lchownSync(path, account.uid, account.gid)
}

/** Our own files belong to whoever owns the folder, so that root leaves no litter in a user's. */
export function giveToOwner(folder: string, path: string): void {
  if (process.getuid?.() !== 0) return
  const owner = statSync(folder)
  lchownSync(path, owner.uid, owner.gid)
}

function nearestExisting(path: string): string {
  const parent = dirname(path)
  try {
    statSync(path)
    return path
  } catch (error) {
    if (parent === path || !(error instanceof Error) || !('code' in error)) throw error
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
    return nearestExisting(parent)
  }
}

/** With its parents, one by one: Node's recursive mkdir never returns where a file system takes no folders. */
export function makeFolder(folder: string, mode: 0o700 | 0o711): void {
  const isThere = () => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
  if (isThere()) return
  makeFolder(dirname(folder), mode)
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    if (isThere()) return // somebody who starts beside us was first
    throw error
  }
  // A strict umask of root would close the folder to the account it is made for.
  if (mode === 0o711) chmodSync(folder, mode)
}

function refuseClosedDoor(path: string, wanted: string, account: Account): void {
  const closed = closedDoor(path, account)
  if (closed === undefined) return
  throw new ClusterUnavailable(
    `PostgreSQL cannot run as root, and the user ${account.name} it runs as instead cannot enter ${closed} on the way to the data folder ${wanted}; set TONGBAO_DATA to an open place such as /var/lib/tongbao, or run tongbao as an ordinary user`,
  )
}

function refuseForeignData(folder: string, account: Account): void {
  const data = join(folder, 'postgres')
  const stats = statSync(data, { throwIfNoEntry: false })
  if (stats === undefined || process.platform === 'win32') return
  if (!stats.isDirectory()) throw new ClusterUnavailable(notAFolder(data))
  if (stats.uid === account.uid || account.switched) return
  throw new ClusterUnavailable(
    `the database in ${folder} belongs to another user (uid ${stats.uid}); run tongbao as that user or set TONGBAO_DATA to a folder of your own`,
  )
}

function accountFor(folder: string): Account {
  const uid = process.getuid?.() ?? -1
  const gid = process.getgid?.() ?? -1
  if (uid !== 0) return { uid, gid, name: `uid ${uid}`, switched: false }
  // A folder that already belongs to somebody keeps its owner.
  for (const path of [join(folder, 'postgres'), folder]) {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats !== undefined && stats.uid !== 0) return ownerOf(stats)
  }
  const found =
    findUser('postgres') ?? findUser('tongbao') ?? createUser('tongbao') ?? findUser('nobody')
  if (found !== undefined) return found
  throw new ClusterUnavailable(
    'PostgreSQL cannot run as root and there is no other user to run it as; make a user called tongbao, or run tongbao as an ordinary user',
  )
}

function ownerOf(stats: Stats): Account {
  const name = users().find((user) => user.uid === stats.uid)?.name ?? `uid ${stats.uid}`
  return { uid: stats.uid, gid: stats.gid, name, switched: true }
}

function findUser(name: string): Account | undefined {
  return users().find((user) => user.name === name && user.uid !== 0)
}

function users(): Account[] {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  return lines.map((line) => {
    const [name = '', , uid, gid] = line.split(':')
    return { name, uid: Number(uid), gid: Number(gid), switched: true }
  })
}

function createUser(name: string): Account | undefined {
  const ways: readonly (readonly [string, readonly string[]])[] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', name]],
    ['adduser', ['-S', '-D', '-H', '-s', '/bin/false', name]],
  ]
  for (const [program, args] of ways) {
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
    spawnSync(program, args, { stdio: 'ignore', env, timeout: 10_000 })
    const made = findUser(name)
    if (made !== undefined) return made
  }
  return undefined
}
