import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { type Me, meQuery } from '~/app/queries.ts'
import { site } from '~/app/site.ts'
import { groupsFor } from '~/console/places.ts'
import { buttonLook, IconButton } from '~/kit/button.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { TimeZone } from '~/kit/format.ts'
import { Icon } from '~/kit/icons.tsx'
import { Mark } from '~/kit/mark.tsx'
import { Toasts } from '~/kit/toast.tsx'
import { ZoneLine } from '~/kit/zone-line.tsx'
import { type LiveKeys, useLive } from '~/shell/live.ts'
import { useSignedOut, useTheirChoices } from '~/shell/person.ts'
import { Person } from '~/shell/person-button.tsx'
import { MAIN, SkipLink } from '~/shell/skip-link.tsx'
import { ConnectionStrip } from '~/shell/strip.tsx'
import { useWords } from '~/words/words.ts'

const loadPalette = () => import('~/console/palette.tsx')
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }))
const loadSheet = () => import('~/console/navigation-sheet.tsx')
const NavigationSheet = lazy(async () => ({ default: (await loadSheet()).NavigationSheet }))
/** After the page itself is there. */
const FRAME_MS = 2_000

/** What an event makes old; the words are the first of the queries' keys. */
const LIVE: LiveKeys = {
  'staff.payment': ['overview', 'orders', 'order', 'messages', 'timeline'],
  'staff.suspense': ['overview', 'suspense'],
  'staff.refund': ['overview', 'orders', 'order', 'refunds', 'timeline'],
  'staff.dispute': ['overview', 'orders', 'order', 'disputes', 'timeline'],
  'staff.proposal': ['overview', 'proposals'],
}

export function ConsoleLayout() {
  const { data: me } = useQuery(meQuery)
  if (!me) return null
  if (groupsFor(me).length === 0) return <NotStaff me={me} />
  return (
    <TimeZone value={me.user.time_zone}>
      <Shell me={me} />
    </TimeZone>
  )
}

/** Parts of the frame that a press opens are fetched before it: a server that is away takes no frame with it. */
function useFrame(): void {
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const load of [loadPalette, loadSheet]) void load().catch(() => undefined)
    }, FRAME_MS)
    return () => clearTimeout(timer)
  }, [])
}

function NotStaff({ me }: { readonly me: Me }) {
  const say = useWords('console')
  // Everybody may do something: whoever may do nothing is staff that has yet to prove to be it.
  const lacksFactor = me.scopes.length === 0 && !me.user.second_factor
  const [title, more, act, href] = lacksFactor
    ? [say('factor.title'), say('factor.more'), say('factor.act'), '/settings?tab=security']
    : [say('closed.title'), say('closed.more'), say('closed.act'), '/']
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        icon="shield"
        title={title}
        more={more}
        act={
          <a href={href} className={buttonLook({ look: 'primary' })}>
            {act}
          </a>
        }
      />
    </main>
  )
}

function Shell({ me }: { readonly me: Me }) {
  const say = useWords('console')
  const [palette, setPalette] = useState(false)
  const [sheet, setSheet] = useState(false)
  useFrame()
  useTheirChoices(me)
  useSignedOut()
  useLive({ who: me.user.id, staff: true, keys: LIVE })
  usePaletteKeys(() => setPalette(true))
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15rem_1fr]">
      <SkipLink />
      <div className="sticky top-0 hidden h-dvh flex-col overflow-y-auto border-r border-line px-3 py-4 lg:flex">
        <Navigation me={me} head={<Head />} />
      </div>
      <div className="min-w-0">
        <header>
          <EnvironmentStripe />
          <ConnectionStrip />
          <div className="flex h-16 items-center gap-2 px-4 sm:px-8">
            <span className="lg:hidden">
              <IconButton icon="menu" label={say('nav.open')} onClick={() => setSheet(true)} />
            </span>
            <button
              type="button"
              onClick={() => setPalette(true)}
              className="flex min-h-10 w-full max-w-md items-center gap-2 rounded-control border border-line bg-card px-3 text-small text-soft hover:border-edge"
            >
              <Icon name="search" className="size-4" />
              <span className="flex-1 truncate text-left">{say('palette.open')}</span>
              <kbd className="hidden font-sans sm:block">{KEYS}</kbd>
            </button>
            <span className="flex-1" />
            <Person me={me} />
          </div>
        </header>
        <main
          id={MAIN}
          tabIndex={-1}
          className="mx-auto w-full max-w-7xl px-4 pt-2 pb-28 outline-none sm:px-8"
        >
          <Outlet />
          <ZoneLine />
        </main>
      </div>
      <Suspense>
        {palette && <Palette me={me} onClose={() => setPalette(false)} />}
        {sheet && (
          <NavigationSheet onClose={() => setSheet(false)}>
            <Navigation me={me} onGo={() => setSheet(false)} />
          </NavigationSheet>
        )}
      </Suspense>
      <Toasts />
    </div>
  )
}

const KEYS = /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'

function usePaletteKeys(open: () => void): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      open()
    }
    addEventListener('keydown', hear)
    return () => removeEventListener('keydown', hear)
  })
}

function Head() {
  const say = useWords('console')
  return (
    <Link to="/console" className="flex items-center gap-2.5 px-3 font-semibold text-bronze">
      <Mark />
      <span className="whitespace-nowrap">{say('name')}</span>
    </Link>
  )
}

/** So that nobody takes play for earnest, or earnest for play. */
function EnvironmentStripe() {
  const say = useWords('console')
  if (site.mode === 'production' && !site.sandbox) return null
  const word = site.mode === 'production' ? 'stripe.sandbox' : 'stripe.development'
  return (
    <p className="border-b border-warn bg-warn-wash px-4 py-1 text-center text-small text-warn">
      {say(word)}
    </p>
  )
}

interface NavigationProps {
  readonly me: Me
  readonly onGo?: () => void
  readonly head?: ReactNode
}

function Navigation({ me, onGo, head }: NavigationProps) {
  const say = useWords('console')
  const shell = useWords('shell')
  return (
    <nav aria-label={shell('nav.label')} className="grid gap-5">
      {head}
      {groupsFor(me).map((group) => (
        <div key={group.word}>
          <p className="px-3 pb-1 text-tiny text-soft">{say(group.word)}</p>
          <ul className="grid gap-0.5">
            {group.places.map(({ to, icon, word }) => (
              <li key={word}>
                <Link
                  to={to}
                  activeOptions={{ exact: to === '/console', includeSearch: false }}
                  {...(onGo && { onClick: onGo })}
                  className="flex min-h-10 items-center gap-3 rounded-control px-3 text-soft hover:bg-sunken hover:text-ink aria-[current=page]:bg-bronze-wash aria-[current=page]:font-semibold aria-[current=page]:text-bronze-deep"
                >
                  <Icon name={icon} />
                  {say(word)}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}
