import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { fail, installed, root } from './install.mjs'

/** npm passes on the ctrl-C that the terminal already sent: two this close are one. */
const SAME_SIGNAL_MS = 500

/** Runs the command line with the pinned Node and ends as it ends. */
export function runCli(args) {
  runProgram(installed({ dev: false }), join('server', 'src', 'app', 'cli.ts'), args)
}

/** The same for any program of the repository. */
export function runProgram(node, program, args) {
  const child = spawn(node, [join(root, program), ...args], {
    // A session of its own, so that every signal comes from us, and from us once. The channel
    // tells the child, by `disconnect`, that we are gone even when nothing else could.
    detached: process.platform !== 'win32',
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // The types are stripped once and not at every start: a third of a second, and a tenth of the memory.
    env: { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'tongbao'), ...process.env },
  })
  const last = new Map()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const now = performance.now()
      if (now - (last.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_SIGNAL_MS) return
      last.set(signal, now)
      child.kill(signal)
    })
  }
  child.on('error', (error) => fail(`${program} cannot be run: ${error.message}`))
  child.on('exit', (code, signal) => {
    process.exit(signal === null ? code : 128 + constants.signals[signal])
  })
}
