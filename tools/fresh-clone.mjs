import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './install.mjs'

// What a stranger does first: clone, `npm start`, sign in, stop, start again, and once the hard way.
// Proves that what is committed is all that is needed. Times are printed, never judged.

const READY_MS_MAX = 300_000
const POLL_MS = 50

const folder = mkdtempSync(join(tmpdir(), 'tongbao-clone-'))
chmodSync(folder, 0o755) // run as root, PostgreSQL works as another user, who has to get in
const clone = join(folder, 'tongbao')
const port = await freePort()
const url = `http://localhost:${port}`
const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_|TONGBAO_|VITEST|NODE_OPTIONS|NODE_COMPILE_CACHE|NODE_ENV|DATABASE_URL)/.test(name),
  ),
)
let server

try {
  run('git', ['clone', '--quiet', root, clone], folder)
  const first = await start('first start')
  const signIn = /password for all: (\S+)\)/.exec(first)?.[1]
  await signsIn(signIn)
  await end('SIGINT', 'ctrl-C')
  await start('second start')
  await signsIn(signIn)
  await end('SIGKILL', 'kill -9')
  await start('start after kill -9')
  await signsIn(signIn)
  await end('SIGTERM', 'stop')
} finally {
  if (server?.exitCode === null) killGroup('SIGKILL')
  stopDatabase()
  rmSync(folder, { recursive: true, force: true })
}

function run(program, args, cwd) {
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: ${stderr}`)
}

async function start(title) {
  const startedMs = performance.now()
  let output = ''
  server = spawn('npm', ['start'], {
    cwd: clone,
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // its own group, as in its own terminal
  })
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  while (!output.includes('Stop with Ctrl-C')) {
    if (server.exitCode !== null)
      throw new Error(`${title} ended with ${server.exitCode}:\n${output}`)
    if (performance.now() - startedMs > READY_MS_MAX)
      throw new Error(`${title} is not ready:\n${output}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  process.stdout.write(`${title}: ready after ${seconds} s\n`)
  return output
}

async function signsIn(password) {
  const answer = await fetch(`${url}/api/v1/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@demo.example', password }),
  })
  const { token } = await answer.json()
  if (!answer.ok || !token) throw new Error(`the printed sign-in is refused with ${answer.status}`)
  const me = await fetch(`${url}/api/v1/sessions/me`, {
    headers: { authorization: `Bearer ${token}` },
  })
  if ((await me.json()).roles?.[0] !== 'admin') throw new Error('the admin is not an admin')
}

async function end(signal, title) {
  const ended = new Promise((resolve) => server.once('exit', resolve))
  killGroup(signal)
  await ended
  // What npm started may outlive npm by a moment, or for good: nobody may answer any more.
  const untilMs = performance.now() + 15_000
  while (performance.now() < untilMs && (await answers()))
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  if (await answers()) throw new Error(`after ${title} the server still answers`)
  process.stdout.write(`${title}: ended\n`)
}

function answers() {
  return fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  )
}

/** The whole group, as a terminal does on ctrl-C; a kill -9 takes the server itself, too. */
function killGroup(signal) {
  try {
    process.kill(-server.pid, signal)
  } catch {
    // gone already
  }
}

/** A server that was killed leaves its PostgreSQL running for the next one; here there is none. */
function stopDatabase() {
  spawnSync('npm', ['run', '--silent', 'tongbao', '--', 'doctor', '--json'], {
    cwd: clone,
    env: environment,
  })
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}
