/** What a browser keeps for us; one that keeps nothing is no reason to fail. */
export const kept = (name: string): string | undefined => {
  try {
    return localStorage.getItem(`tongbao.${name}`) ?? undefined
  } catch {
    return undefined
  }
}

export const keep = (name: string, text: string): void => {
  try {
    localStorage.setItem(`tongbao.${name}`, text)
  } catch {
    // It holds for this page then.
  }
}

/** Hears of what another tab keeps or forgets, until it is ended. */
export function hearKept(name: string, hear: (text: string | undefined) => void): () => void {
  const listener = ({ key, newValue }: StorageEvent) => {
    if (key === `tongbao.${name}`) hear(newValue ?? undefined)
  }
  addEventListener('storage', listener)
  return () => removeEventListener('storage', listener)
}

export const forget = (name: string): void => {
  try {
    localStorage.removeItem(`tongbao.${name}`)
  } catch {
    // There was nothing.
  }
}
