import { useTerm } from '~/console/parts/term.ts'

/** The name of a book: `issuance:bonus` is its kind and what it was for. */
export function useBookName(): (book: string) => string {
  const term = useTerm()
  return (book) => {
    const [kind = book, ...rest] = book.split(':')
    return [term('book', kind), ...rest.map((part) => term('source', part))].join(' · ')
  }
}
