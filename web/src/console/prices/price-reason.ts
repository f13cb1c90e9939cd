interface Said {
  readonly reason: string
  readonly published_by: string
}
type Term = (kind: 'own_reason', word: string) => string

/** A code where the installation wrote it; what somebody typed stays as it was typed. */
export const reasonOf = ({ reason, published_by }: Said, term: Term): string =>
  published_by === 'migration' ? term('own_reason', reason) : reason
