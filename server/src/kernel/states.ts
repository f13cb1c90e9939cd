/** What an event does in a state: moves to a state, repeats harmlessly, or is refused. */
type Move<State extends string> = State | 'same' | 'never'

/** Total on purpose: every state answers every event, and the compiler counts the cells. */
export type StateTable<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Record<Event, Move<State>>>>
>

/** The states an event may leave from: the `where state = any(...)` of the update that performs it. */
export const statesThatAccept = <S extends string, E extends string>(
  table: StateTable<S, E>,
  event: E,
): S[] =>
  (Object.keys(table) as S[]).filter(
    (state) => table[state][event] !== 'never' && table[state][event] !== 'same',
  )

export const unreachable = <S extends string, E extends string>(
  table: StateTable<S, E>,
  start: S,
): S[] => {
  const seen = new Set<S>([start])
  const queue: S[] = [start]
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (const move of Object.values(table[state]) as Move<S>[]) {
      if (move !== 'same' && move !== 'never' && !seen.has(move)) {
        seen.add(move)
        queue.push(move)
      }
    }
  }
  return (Object.keys(table) as S[]).filter((state) => !seen.has(state))
}
