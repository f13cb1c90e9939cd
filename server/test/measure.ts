// tidy-allow env: how long and how hard is the choice of whoever runs it
const asked = process.env
const amount = (name: string, usual: number): number => Number(asked[name] ?? usual)

/** The same seed gives the same run: a failure found at night is replayed by day. */
export const SEED = amount('SEED', 7)
export const KILLS = amount('TONGBAO_KILLS', 40)
export const AMBIGUOUS = amount('TONGBAO_AMBIGUOUS', 200)
export const DAYS = amount('TONGBAO_DAYS', 1_000)
/** How many seeds, counted up from the first one. */
export const SEEDS = amount('TONGBAO_SEEDS', 1)
export const MODEL_RUNS = amount('TONGBAO_MODEL_RUNS', 60)
/** Paid, refunded and left alone at the lab while the server dies. */
export const LAB_ORDERS = amount('TONGBAO_LAB_ORDERS', 200)
