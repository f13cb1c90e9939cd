import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** What happens to a commit on its way: it does not arrive, or its answer does not, or half of it, or late. */
export type Fate = 'lost' | 'swallowed' | 'torn' | 'late'

const LATE_MS = 30
// What moves value bears these words: the ledger's prepared statements, and the end of a transaction.
const COMMITS = ['ledger-post', 'ledger-charge', 'ledger-transfer', 'commit\0'].map((word) =>
  Buffer.from(word),
)
/** ReadyForQuery: all that was asked is done and, outside of a transaction, committed. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5])

const commits = (asked: Buffer): boolean => COMMITS.some((word) => asked.includes(word))
const isDone = (told: Buffer): boolean =>
  told.subarray(-READY.length - 1, -1).equals(READY) && told.at(-1) !== 'T'.charCodeAt(0)

/** Stands between a server and its PostgreSQL, and lets commits meet what `fate` says. */
export async function openProxy(databaseUrl: string) {
  const far = new URL(databaseUrl)
  const lines = new Set<() => void>()
  const met: Record<Fate, number> = { lost: 0, swallowed: 0, torn: 0, late: 0 }
  const proxy = { fate: (): Fate | undefined => undefined }
  const server = createServer((near) => {
    join(near, connect(Number(far.port || 5432), far.hostname), {
      next: () => proxy.fate(),
      met: (fate) => {
        met[fate] += 1
      },
      lines,
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const near = new URL(databaseUrl)
  near.host = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const cut = () => {
    for (const hangUp of lines) hangUp()
  }
  return Object.assign(proxy, {
    url: near.href,
    /** How many commits met which fate. */
    met,
    /** Hangs up on everybody at once. */
    cut,
    close: async () => {
      server.close()
      cut()
      await once(server, 'close')
    },
  })
}

interface Watch {
  next(): Fate | undefined
  met(fate: Fate): void
  readonly lines: Set<() => void>
}

function join(near: Socket, far: Socket, watch: Watch): void {
  let fate: Fate | undefined
  const hangUp = () => {
    watch.lines.delete(hangUp)
    near.destroy()
    far.destroy()
  }
  watch.lines.add(hangUp)
  for (const socket of [near, far]) {
    socket.setNoDelay(true)
    socket.on('error', hangUp)
    socket.on('close', hangUp)
  }
  const end = (met: Fate) => {
    watch.met(met)
    fate = undefined
    hangUp()
  }
  near.on('data', (asked) => {
    if (fate === undefined && commits(asked)) fate = watch.next()
    if (fate === 'lost') end('lost')
    else far.write(asked)
  })
  far.on('data', (told) => {
    if (fate === undefined) near.write(told)
    // Only when it is committed: before that, hanging up would undo it.
    else if (fate === 'swallowed' && isDone(told)) end('swallowed')
    else if (fate === 'torn') near.write(told.subarray(0, told.length >> 1), () => end('torn'))
    else if (fate === 'late') {
      if (isDone(told)) {
        watch.met('late')
        fate = undefined
      }
      setTimeout(() => near.write(told), LATE_MS)
    }
  })
}
