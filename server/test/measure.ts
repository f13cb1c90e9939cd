// tidy-allow env: how long and how hard is the choice of whoever runs it
const asked = process.env
const amount = (name: string, usual: number): number => Number(asked[name] ?? usual)

/** The same seed gives the same run: a failure found at night is replayed by day. */
export const SEED = amount('SEED', 7)
export const KILLS = amount('TONGBAO_KILLS', 40)
export const AMBIGUOUS = amount('TONGBAO_AMBIGUOUS', 200)
