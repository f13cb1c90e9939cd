import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { giveToOwner } from './cluster-account.ts'
import { ClusterUnavailable } from './cluster-unavailable.ts'

export interface Seen {
  /** Differs between two processes that had the same number one after the other. */
  readonly mark: string
  readonly command: string
}

export interface Claim {
  /** The live process that owns the folder, when it is not this call. */
  readonly holder?: number
  readonly release: () => void
}

const CLAIM_TURNS_MAX = 50
const CLAIM_TURN_MS = 20

/**
 * Takes `<folder>/owner.pid` for this call, or says who has it. The lock is a file with a process
 * number and that process's start, so a dead owner, also one from before a reboot, holds nothing.
 */
export async function claimFolder(folder: string): Promise<Claim> {
  const path = join(folder, 'owner.pid')
  const mine = `${process.pid}\n${look(process.pid)?.mark ?? ''}\n`
  for (let turn = 0; turn < CLAIM_TURNS_MAX; turn++) {
    if (createdOnly(path, mine)) {
      giveToOwner(folder, path)
      return { release: () => removeIf(path, mine) }
    }
    const text = readIfThere(path)
    const holder = holderIn(text)
    if (holder !== undefined) return { holder, release: () => undefined }
    // An empty file is one that its maker is about to fill; after a while, one whose maker died.
    if (text !== '' || turn > CLAIM_TURNS_MAX / 2) removeIf(path, text)
    await pause(CLAIM_TURN_MS)
  }
  throw new ClusterUnavailable(`the lock ${path} cannot be taken; remove it and start again`)
}

/** A live process, or undefined for one that is gone, a zombie included. */
export function look(pid: number): Seen | undefined {
  if (!exists(pid)) return undefined
  if (process.platform === 'linux') return lookInProc(pid)
  try {
    const args = ['-ww', '-o', 'stat=,lstart=,command=', '-p', String(pid)]
    const line = execFileSync('ps', args, { encoding: 'utf8', timeout: 5_000 }).trim()
    const [state = '', ...words] = line.split(/\s+/)
    if (line === '' || state.startsWith('Z')) return undefined
    return { mark: words.slice(0, 5).join(' '), command: words.slice(5).join(' ') }
  } catch {
    // Without ps it exists and that is all we know.
    return { mark: '', command: '' }
  }
}

export function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return Reflect.get(Object(error), 'code') === 'EPERM'
  }
}

function lookInProc(pid: number): Seen | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold blanks and brackets, so fields are counted from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return { mark: `${boot} ${fields[19]}`, command }
  } catch {
    return undefined
  }
}

function holderIn(text: string): number | undefined {
  const [first = '', mark] = text.split('\n')
  const pid = Number(first)
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  return look(pid)?.mark === mark ? pid : undefined
}

function createdOnly(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o644 })
    return true
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'EEXIST') return false
    throw error
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'ENOENT') return ''
    throw error
  }
}

/** Moves the lock aside before it goes: whoever finds a newer one in his hands puts it back. */
function removeIf(path: string, text: string): void {
  if (readIfThere(path) !== text) return
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'ENOENT') return
    throw error
  }
  const moved = readIfThere(aside)
  if (moved !== text) createdOnly(path, moved)
  rmSync(aside, { force: true })
}
