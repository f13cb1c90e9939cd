import type { Message } from './message.ts'

/** A message as it goes over the wire: written once, however many lines it takes. */
export interface Frame extends Message {
  readonly sse: string
  readonly json: string
}

export function frameOf({ no, topic, data }: Message): Frame {
  let sse: string | undefined
  let json: string | undefined
  return {
    ...{ no, topic, data },
    get sse() {
      sse ??= `id: ${no}\nevent: ${topic}\ndata: ${JSON.stringify(data)}\n\n`
      return sse
    },
    get json() {
      json ??= JSON.stringify({ id: no, topic, data })
      return json
    },
  }
}
