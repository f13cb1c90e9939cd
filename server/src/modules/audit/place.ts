/** A place in the trail: business time alone is not unique, and the order of birth is not by time. */
export interface Place {
  /** Microseconds since the epoch: all that PostgreSQL keeps of a time. */
  readonly micros: string
  readonly id: string
}

export const cursorOf = ({ micros, id }: Place): string =>
  Buffer.from(`${micros}.${id}`).toString('base64url')

export const parseCursor = (unchecked: string): Place | undefined => {
  const text = Buffer.from(unchecked, 'base64url').toString('latin1')
  const [, micros, id] = /^(\d{1,16})\.(\d{1,18})$/.exec(text) ?? []
  return micros === undefined || id === undefined ? undefined : { micros, id }
}
