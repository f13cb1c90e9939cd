import type { FastifyReply } from 'fastify'
import type { WebSocket } from 'ws'
import type { Frame } from './frame.ts'
import { SILENT_BEATS_MAX } from './limits.ts'

/** How a line reaches its client: what differs between SSE and WebSocket, and nothing else. */
export interface Wire {
  readonly kind: 'sse' | 'ws'
  tell(frame: Frame): void
  /** Shows each side that the other is there. */
  beat(): void
  /** False where the last heartbeat was not answered; SSE has no answers. */
  isThere(): boolean
  /** Bytes that the client has not taken yet. */
  unsent(): number
  /** In good order: what was told before arrives. */
  end(): void
  /** At once. */
  cut(): void
  onGone(hear: () => void): void
}

const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // A proxy that gathers an answer before it passes it on would keep a stream for ever.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
} as const

/** Takes the answer out of the framework's hands: from here on it is a stream. */
export function sseWire(reply: FastifyReply, comeBackMs: number): Wire {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...SSE_HEADERS })
  raw.socket?.setNoDelay(true)
  raw.socket?.setTimeout(0)
  raw.write(`retry: ${comeBackMs}\n\n`)
  raw.on('error', () => {}) // whoever goes in the middle of a word is gone all the same
  return {
    kind: 'sse',
    tell: (frame) => {
      raw.write(frame.sse)
    },
    beat: () => {
      raw.write(':\n\n')
    },
    isThere: () => true,
    unsent: () => raw.writableLength,
    end: () => {
      raw.end()
    },
    cut: () => {
      raw.destroy()
    },
    onGone: (hear) => {
      raw.on('close', hear)
    },
  }
}

const GOING_AWAY = 1001

export function webSocketWire(socket: WebSocket): Wire {
  let asked = 0
  socket.on('error', () => {}) // `close` follows
  socket.on('pong', () => {
    asked = 0
  })
  return {
    kind: 'ws',
    tell: (frame) => {
      socket.send(frame.json)
    },
    beat: () => {
      asked += 1
      socket.ping()
    },
    isThere: () => asked <= SILENT_BEATS_MAX,
    unsent: () => socket.bufferedAmount,
    end: () => {
      socket.close(GOING_AWAY)
    },
    cut: () => {
      socket.terminate()
    },
    onGone: (hear) => {
      socket.on('close', hear)
    },
  }
}
