/** One event as it came over the wire. */
export interface WireEvent {
  readonly id: string | undefined
  readonly topic: string
  readonly data: string
}

/** Reads a stream of server-sent events piece by piece, however it was cut up on the way. */
export class SseReader {
  /** Of the last event that came whole; it holds over connections. */
  lastId: string | undefined
  /** As the stream told it by `retry:`. */
  retryMs: number | undefined
  #id: string | undefined
  #rest = ''
  #topic = ''
  #data: string[] = []

  constructor(lastId: string | undefined) {
    this.lastId = lastId
    this.#id = lastId
  }

  read(piece: string): WireEvent[] {
    const text = this.#rest + piece
    // A return at the very end may be half of a line end; its other half comes with the next piece.
    const lines = text.split(/\r\n|\n|\r(?!$)/)
    this.#rest = lines.pop() ?? ''
    return lines.flatMap((line) => this.#line(line))
  }

  #line(line: string): WireEvent[] {
    if (line === '') return this.#end()
    const colon = line.indexOf(':')
    if (colon === 0) return [] // a comment: the heartbeat
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') this.#topic = value
    else if (field === 'data') this.#data.push(value)
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value)
    return []
  }

  #end(): WireEvent[] {
    const [topic, data] = [this.#topic, this.#data]
    this.#topic = ''
    this.#data = []
    this.lastId = this.#id
    if (data.length === 0 && topic === '') return []
    return [{ id: this.lastId, topic: topic || 'message', data: data.join('\n') }]
  }
}
