/** A scale that begins at nothing and ends at a round number. */
export interface Rising {
  readonly ticks: readonly number[]
  readonly at: (value: number) => number
}

const STEPS = [1, 2, 5, 10] as const

/** As many ticks as were asked for or so, each 1, 2 or 5 times a power of ten. */
export function rising(top: number, [from, to]: readonly [number, number], ticks: number): Rising {
  const rough = Math.max(1, top) / ticks
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, (STEPS.find((one) => one * power >= rough) ?? 10) * power)
  const count = Math.max(1, Math.ceil(top / step))
  const end = count * step
  return {
    ticks: Array.from({ length: count + 1 }, (_, nth) => nth * step),
    at: (value) => from + ((to - from) * value) / end,
  }
}

/** Places side by side, with some of each left free. */
export function sideBySide(count: number, [from, to]: readonly [number, number], free: number) {
  const step = (to - from) / Math.max(1, count)
  return { wide: step * (1 - free), at: (nth: number) => from + step * (nth + free / 2) }
}
