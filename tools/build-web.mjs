import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { installed, root } from './install.mjs'

// Builds the pages where they are not built, or from other sources. Plain JavaScript for Node 18 and newer.

const web = join(root, 'web')
const built = join(web, 'dist')
const SOURCES = ['web/src', 'web/build', 'web/public', 'sdk/src']
const SOURCE_FILES = [
  'web/vite.config.ts',
  'package.json',
  'package-lock.json',
  'tools/build-web.mjs',
]
const SMALL_BYTES_MAX = 1_000

/** Whether it had to build. */
export function buildWeb(node, { say = (line) => process.stderr.write(`${line}\n`) } = {}) {
  const hash = sourceHash()
  if (stampOf() === hash) return false
  say('Building the pages (once, and again after a change)…')
  // Apart, and put in place at once: a server that runs beside it never sees half of it.
  const fresh = join(web, `.dist-${process.pid}`)
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = [vite, 'build', '-c', 'web/vite.config.ts', '--outDir', fresh, '--emptyOutDir']
  const { status, stdout, stderr } = spawnSync(node, [...args, '--logLevel', 'warn'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}`, NODE_ENV: 'production' },
  })
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true })
    throw new Error(`the pages cannot be built\n${stdout}${stderr}`)
  }
  for (const path of filesIn(fresh)) compress(path)
  writeFileSync(join(fresh, '.stamp'), hash)
  rmSync(built, { recursive: true, force: true })
  try {
    renameSync(fresh, built)
  } catch (error) {
    // Somebody else built the same meanwhile.
    rmSync(fresh, { recursive: true, force: true })
    if (stampOf() !== hash) throw error
  }
  return true
}

function compress(path) {
  if (!/\.(?:js|css|svg)$/.test(path)) return
  const text = readFileSync(path)
  if (text.length <= SMALL_BYTES_MAX) return
  writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }))
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length }
  writeFileSync(`${path}.br`, brotliCompressSync(text, { params }))
}

const stampOf = () => {
  try {
    return readFileSync(join(built, '.stamp'), 'utf8')
  } catch {
    return undefined
  }
}

function sourceHash() {
  const hash = createHash('sha256')
  const pages = readdirSync(web).filter((name) => name.endsWith('.html'))
  const paths = [
    ...SOURCES.map((name) => join(root, name)).flatMap((path) => filesIn(path)),
    ...[...SOURCE_FILES, ...pages.map((name) => `web/${name}`)].map((name) => join(root, name)),
  ]
  for (const path of paths.filter((path) => existsSync(path)).sort())
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex')
}

function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesIn(path) : [path]
  })
}

if (process.argv[1] === import.meta.filename) buildWeb(installed({ dev: false }))
