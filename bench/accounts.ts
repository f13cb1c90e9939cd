/** How calls fall on the accounts 1 to n; account 0 is the hot one. */
export type Spread = 'uniform' | 'zipf' | 'hot'

export const chooser = (spread: Spread, accounts: number): (() => number) => {
  if (spread === 'hot') return () => 0
  // Zipf with exponent 1, by inversion: a few accounts do most of the work.
  if (spread === 'zipf')
    return () => Math.min(accounts, Math.floor((accounts + 1) ** Math.random()))
  return () => 1 + Math.floor(Math.random() * accounts)
}

export const ownerOf = (account: number): string => `usr_${account.toString().padStart(26, '0')}`
export const externalIdOf = (account: number): string => `bench-${account}`

const run = Date.now().toString(36)
let made = 0
/** A key that nobody used before. */
export const newKey = (): string => `bench-${run}-${process.pid}-${(made++).toString(36)}`
