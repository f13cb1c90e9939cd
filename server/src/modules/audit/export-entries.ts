import type { Database } from '#kernel/db'
import { EXPORT_PAGE_ROWS_MAX } from './limits.ts'
import type { Place } from './place.ts'
import { type Filter, listEntries } from './store.ts'
import { type Format, fileForms } from './trail-file.ts'

/** The trail as a file, read a page at a time as fast as the reader takes it: memory stays flat. */
export async function* exportEntries(
  db: Database,
  filter: Filter,
  format: Format,
): AsyncGenerator<string> {
  const { head, line } = fileForms[format]
  if (head !== '') yield head
  for (let after: Place | undefined; ; ) {
    const page = await listEntries(db, filter, after, EXPORT_PAGE_ROWS_MAX)
    if (page.length > 0) yield page.map(({ entry }) => line(entry)).join('')
    if (page.length < EXPORT_PAGE_ROWS_MAX) return
    after = page.at(-1)?.place
  }
}
