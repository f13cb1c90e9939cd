import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Stands before a server and passes everything on, but for the first so many answers; hangs up when it is told to. */
export async function openCutter(url: string, answersLost = 0) {
  const far = new URL(url)
  let left = answersLost
  const lines = new Set<Socket>()
  const server = createServer((near) => {
    const line = connect(Number(far.port), far.hostname)
    for (const one of [near, line]) {
      lines.add(one)
      one
        .on('error', () => near.destroy())
        .on('close', () => {
          near.destroy()
          line.destroy()
          lines.delete(one)
        })
    }
    near.pipe(line)
    line.on('data', (told) => {
      if (left-- > 0) near.destroy()
      else near.write(told)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const cut = () => {
    for (const line of lines) line.destroy()
  }
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    cut,
    close: () => {
      cut()
      server.close()
    },
  }
}
