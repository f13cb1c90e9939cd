import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { balanceQuery, type Me, meQuery } from '~/app/queries.ts'
import { Credits } from '~/kit/amounts.tsx'
import { TimeZone } from '~/kit/format.ts'
import { Icon } from '~/kit/icons.tsx'
import { Mark } from '~/kit/mark.tsx'
import { Skeleton } from '~/kit/skeleton.tsx'
import { Toasts } from '~/kit/toast.tsx'
import { ZoneLine } from '~/kit/zone-line.tsx'
import { PLACES } from '~/portal/nav.ts'
import { type LiveKeys, useLive } from '~/shell/live.ts'
import { useSignedOut, useTheirChoices } from '~/shell/person.ts'
import { Person } from '~/shell/person-button.tsx'
import { MAIN, SkipLink } from '~/shell/skip-link.tsx'
import { ConnectionStrip } from '~/shell/strip.tsx'
import { useWords } from '~/words/words.ts'

/** What an event makes old; the words are the first of the queries' keys. */
const LIVE: LiveKeys = {
  'balance.changed': ['balance', 'credits'],
  'payment.updated': ['payments'],
  'refund.updated': ['payments'],
}

/** Around every page of who is signed in. */
export function PortalLayout() {
  const { data: me } = useQuery(meQuery)
  if (!me) return null
  return (
    <TimeZone value={me.user.time_zone}>
      <Shell me={me} />
    </TimeZone>
  )
}

function Shell({ me }: { readonly me: Me }) {
  useTheirChoices(me)
  useLive({ who: me.user.id, keys: LIVE })
  useSignedOut()
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15rem_1fr]">
      <SkipLink />
      <SideNavigation />
      <div className="min-w-0">
        <ConnectionStrip />
        <header className="flex h-16 items-center gap-3 px-4 sm:px-8">
          <Link to="/" className="flex items-center gap-2 font-semibold text-bronze lg:hidden">
            <Mark />
            <Name />
          </Link>
          <span className="flex-1" />
          <BalanceChip />
          <Person me={me} />
        </header>
        <main
          id={MAIN}
          tabIndex={-1}
          className="mx-auto w-full max-w-5xl px-4 pt-2 pb-36 outline-none sm:px-8 lg:pb-28"
        >
          <Outlet />
          <ZoneLine />
        </main>
      </div>
      <BottomNavigation />
      <Toasts above="nav" />
    </div>
  )
}

function Name() {
  const say = useWords('portal')
  return <span className="text-lead">{say('name')}</span>
}

function SideNavigation() {
  const say = useWords('portal')
  const shell = useWords('shell')
  return (
    <aside className="sticky top-0 hidden h-dvh flex-col border-r border-line px-4 py-5 lg:flex">
      <Link to="/" className="mb-6 flex items-center gap-2.5 px-3 font-semibold text-bronze">
        <Mark />
        <Name />
      </Link>
      <nav aria-label={shell('nav.label')} className="grid gap-1">
        {PLACES.map(({ to, icon, word }) => (
          <Link
            key={word}
            to={to}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            className="flex min-h-11 items-center gap-3 rounded-control px-3 text-soft hover:bg-sunken hover:text-ink aria-[current=page]:bg-bronze-wash aria-[current=page]:font-semibold aria-[current=page]:text-bronze-deep"
          >
            <Icon name={icon} />
            {say(word)}
          </Link>
        ))}
      </nav>
    </aside>
  )
}

function BottomNavigation() {
  const say = useWords('portal')
  const shell = useWords('shell')
  return (
    <nav
      aria-label={shell('nav.label')}
      className="fixed inset-x-0 bottom-0 z-30 grid auto-cols-fr grid-flow-col border-t border-line bg-card pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {PLACES.map(({ to, icon, word }) => (
        <Link
          key={word}
          to={to}
          activeOptions={{ exact: to === '/', includeSearch: false }}
          className="grid min-h-15 place-content-center justify-items-center gap-0.5 text-tiny text-soft focus-visible:-outline-offset-2 aria-[current=page]:font-semibold aria-[current=page]:text-bronze"
        >
          <Icon name={icon} className="size-6" />
          {say(word)}
        </Link>
      ))}
    </nav>
  )
}

/** The balance, on every page; who listens hears when it moves. */
function BalanceChip() {
  const say = useWords('portal')
  const { data, isError } = useQuery(balanceQuery)
  return (
    <output
      aria-label={say('balance.label')}
      className="flex min-h-9 items-center rounded-full border border-line bg-card px-3 font-semibold"
    >
      {data ? (
        <Credits amount={data.available} />
      ) : isError ? (
        '–'
      ) : (
        <Skeleton className="h-4 w-14" />
      )}
    </output>
  )
}
