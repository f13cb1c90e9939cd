import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

// Plain JavaScript for Node 18 and newer: this runs before the pinned Node is there.

export const root = fileURLToPath(new URL('..', import.meta.url))

const NODE_MAJOR_MIN = 24
const stamp = join(root, 'node_modules', '.tongbao-install')
const nodePackage = `node-${process.platform}-${process.arch}`
const pinned = join(root, 'node_modules', nodePackage, 'bin', 'node')

/**
 * Makes sure that the packages of the lock file are installed, and gives the path of the Node to
 * run with: the pinned one, else the one that runs this. Ends the process with a sentence when it
 * cannot. `dev: false` is content with an installation that left out what only tests need.
 */
export function installed({ dev = true } = {}) {
  if (!isCurrent(dev)) install(dev)
  linkNode()
  return pinnedNode() ?? ownNode()
}

export function fail(sentence, code = 1) {
  process.stderr.write(`tongbao: ${sentence}\n`)
  process.exit(code)
}

function isCurrent(dev) {
  const hash = wantedHash()
  if (textOf(stamp) === hash) return true
  // Whoever ran npm install or npm ci by hand need not wait for another one.
  if (!holdsAll(dev)) return false
  if (dev || holdsAll(true)) tryWrite(stamp, hash)
  return true
}

/** Whether npm's own record of node_modules has every package of the lock file in its version. */
function holdsAll(dev) {
  const wanted = packagesIn(join(root, 'package-lock.json'))
  const present = packagesIn(join(root, 'node_modules', '.package-lock.json'))
  if (wanted === undefined || present === undefined) return false
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link || (entry.dev && !dev)) return true
    if (present[path] === undefined) return Boolean(entry.optional || entry.devOptional)
    return present[path].version === entry.version
  })
}

function install(dev) {
  process.stderr.write('Installing the packages (once, and again after an update)…\n')
  let ended = npm('ci', dev)
  // A lock file from a registry that lacked some other system's optional package is, to npm 11,
  // out of step. The versions it does name are kept all the same, and the file is not touched.
  if (/EUSAGE/.test(ended.stderr)) ended = npm('install', dev)
  if (ended.error) fail(`npm cannot be run (${ended.error.message}); install Node with npm`)
  if (ended.status !== 0) {
    process.stderr.write(ended.stderr)
    fail('the packages cannot be installed, for the reason above', ended.status ?? 1)
  }
  if (holdsAll(true)) tryWrite(stamp, wantedHash())
}

function npm(command, dev) {
  // Quiet but for errors: npm's own words on engines and funding help nobody here.
  const args = [command, '--no-audit', '--no-fund', '--no-progress', '--loglevel=error']
  if (command === 'install') args.push('--no-save')
  if (dev) args.push('--include=dev')
  const [program, first] = npmProgram()
  return spawnSync(program, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32' && first.length === 0,
  })
}

/** The npm that called us, with the Node that runs it: the one we run on may be what it replaces. */
function npmProgram() {
  const { npm_execpath: script = '', npm_node_execpath: node = process.execPath } = process.env
  return /npm-cli\.c?js$/.test(script) && existsSync(script) ? [node, [script]] : ['npm', []]
}

function pinnedNode() {
  // Asked rather than trusted: it may be there and not run, on a system with another libc.
  const { status, stdout } = spawnSync(pinned, ['--version'], { encoding: 'utf8' })
  return status === 0 && majorOf(stdout) >= NODE_MAJOR_MIN ? pinned : undefined
}

/** npm 10 forgets the link to an optional package's program, and npm scripts look for it there. */
function linkNode() {
  const link = join(root, 'node_modules', '.bin', 'node')
  if (process.platform === 'win32' || existsSync(link) || !existsSync(pinned)) return
  try {
    symlinkSync(relative(dirname(link), pinned), link)
  } catch {
    // What we run ourselves is found without the link.
  }
}

function ownNode() {
  if (majorOf(process.version) >= NODE_MAJOR_MIN) return process.execPath
  return fail(
    `Node ${NODE_MAJOR_MIN} or newer is needed, this is ${process.version}, and none comes with the packages for ${process.platform}-${process.arch}; install it from https://nodejs.org`,
  )
}

function majorOf(version) {
  return Number(version.trim().replace(/^v/, '').split('.')[0])
}

function wantedHash() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`)
  for (const name of ['package-lock.json', 'package.json']) {
    hash.update('\0').update(textOf(join(root, name)) ?? fail(`${name} is missing in ${root}`))
  }
  return hash.digest('hex')
}

function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch {
    return undefined
  }
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function tryWrite(path, text) {
  try {
    writeFileSync(path, text)
  } catch {
    // A read-only installation is compared with npm's record again at the next start.
  }
}
