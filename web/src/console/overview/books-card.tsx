import { Link } from '@tanstack/react-router'
import type { Overview } from '~/console/overview/page.tsx'
import { linkLook } from '~/console/parts/links.tsx'
import { useMay } from '~/console/parts/may.ts'
import { Card } from '~/kit/card.tsx'
import { useFormat } from '~/kit/format.ts'
import { Icon } from '~/kit/icons.tsx'
import { RelativeTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

const LIGHTS = {
  whole: ['bg-good-wash text-good', 'check', 'books.whole', 'books.whole_more'],
  broken: ['bg-bad-wash text-bad', 'warning', 'books.broken', 'books.broken_more'],
  unfinished: ['bg-warn-wash text-warn', 'clock', 'books.unfinished', 'books.unfinished_more'],
  none: ['bg-note-wash text-note', 'clock', 'books.none', 'books.none_more'],
} as const

/** The light: whether the last reading of all the books found them whole, and when that was. */
export function BooksCard({ overview: { books } }: { readonly overview: Overview }) {
  const say = useWords('console')
  const format = useFormat()
  const may = useMay()
  const [look, icon, title, more] = LIGHTS[books?.state ?? 'none']
  return (
    <Card title={say('books.light')}>
      <div className="flex items-start gap-4">
        <span className={`grid size-12 shrink-0 place-items-center rounded-full ${look}`}>
          <Icon name={icon} className="size-6" />
        </span>
        <div className="min-w-0">
          <p className="text-lead font-semibold">{say(title)}</p>
          <p className="text-small text-soft">
            {say(more, {
              entries: format.number(books?.entries ?? 0),
              faults: books?.faults ?? 0,
            })}
          </p>
          {books && (
            <p className="mt-1 text-small text-soft">
              {say('books.verified')} <RelativeTime at={books.at} />
            </p>
          )}
          {may('ledger:read') && (
            <p className="mt-2 text-small">
              <Link to="/console/books" className={linkLook}>
                {say('books.open')}
              </Link>
            </p>
          )}
        </div>
      </div>
    </Card>
  )
}
