import { Dialog as Base } from '@base-ui/react/dialog'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { api } from '~/app/api.ts'
import type { Me } from '~/app/queries.ts'
import { shortId } from '~/console/parts/links.tsx'
import { groupsFor } from '~/console/places.ts'
import { Icon, type IconName } from '~/kit/icons.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { useLanguage, useWords } from '~/words/words.ts'

const FOUND_MAX = 6
const LETTERS_MIN = 2
/** Each search for people leaves a line in the trail: it is asked when somebody has stopped typing. */
const QUIET_MS = 400

interface Found {
  readonly href: string
  readonly icon: IconName
  readonly title: string
  readonly more?: string
}

interface Props {
  readonly me: Me
  readonly onClose: () => void
}

/** Pages, people and orders under one field, for who would rather type. */
export function Palette({ me, onClose }: Props) {
  const say = useWords('console')
  const router = useRouter()
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const { found, isLooking, error, retry } = useFound(me, text.trim())
  const chosen = Math.min(at, found.length - 1)
  const go = (one: Found | undefined) => {
    if (!one) return
    onClose()
    router.history.push(one.href)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // With this Enter somebody takes what they have written in Chinese, no more.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') return go(found[chosen])
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    setAt((chosen + step + found.length) % Math.max(1, found.length))
  }
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/45" />
        <Base.Popup className="fixed inset-x-3 top-3 z-50 mx-auto flex max-h-[80dvh] max-w-xl flex-col rounded-card border border-line bg-card shadow-float outline-none sm:top-[12dvh]">
          <Base.Title className="sr-only">{say('palette.open')}</Base.Title>
          <div className="flex items-center gap-3 border-b border-line px-4">
            <Icon name="search" className="size-5 text-soft" />
            <input
              role="combobox"
              aria-expanded="true"
              aria-controls={`${id}-list`}
              aria-activedescendant={found.length > 0 ? `${id}-${chosen}` : undefined}
              aria-label={say('palette.open')}
              placeholder={say('palette.hint')}
              value={text}
              onChange={(event) => {
                setText(event.target.value)
                setAt(0)
              }}
              onKeyDown={onKeyDown}
              className="min-h-13 w-full bg-transparent outline-none placeholder:text-soft"
            />
          </div>
          <div
            role="listbox"
            id={`${id}-list`}
            aria-label={say('palette.found')}
            className="overflow-y-auto p-2"
          >
            {found.map((one, nth) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the field, which keeps the focus.
              <div
                key={one.href}
                id={`${id}-${nth}`}
                role="option"
                aria-selected={nth === chosen}
                tabIndex={-1}
                onPointerMove={() => setAt(nth)}
                onClick={() => go(one)}
                className="flex min-h-11 cursor-default items-center gap-3 rounded-control px-3 aria-selected:bg-bronze-wash"
              >
                <Icon name={one.icon} className="size-5 text-soft" />
                <span className="min-w-0 flex-1 truncate">{one.title}</span>
                {one.more !== undefined && (
                  <span className="max-w-[45%] truncate text-small text-soft">{one.more}</span>
                )}
              </div>
            ))}
          </div>
          <p role="status" className={told(found.length > 0, isLooking)}>
            {isLooking ? say('palette.looking') : say('palette.count', { count: found.length })}
          </p>
          {error !== null && (
            <div className="px-4 pb-4">
              <ProblemNote error={error} onRetry={retry} />
            </div>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), QUIET_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

/** Results stand for what they are; only that there are none, or not yet, is to be read. */
const told = (isFound: boolean, isLooking: boolean): string => {
  if (isLooking) return 'px-5 pb-4 text-small text-soft'
  return isFound ? 'sr-only' : 'px-5 pb-5 text-soft'
}

function useFound(me: Me, typed: string) {
  const say = useWords('console')
  const language = useLanguage()
  const text = useSettled(typed)
  const pages = groupsFor(me)
    .flatMap(({ places }) => places)
    .map(({ to, icon, word }): Found => ({ href: String(to), icon, title: say(word) }))
    .filter(({ title }) => title.toLowerCase().includes(typed.toLowerCase()))
  const asks = typed.length >= LETTERS_MIN
  const isSettled = text === typed
  const people = useQuery({
    queryKey: ['palette-people', text],
    queryFn: ({ signal }) =>
      api.get('/api/v1/admin/owners', { query: { query: text, limit: FOUND_MAX }, signal }),
    enabled: asks && isSettled && me.scopes.includes('credits:read_all'),
  })
  const orders = useQuery({
    queryKey: ['palette-orders', text],
    queryFn: ({ signal }) =>
      api.get('/api/v1/admin/orders', { query: { query: text, limit: FOUND_MAX }, signal }),
    enabled: asks && isSettled && me.scopes.includes('payments:read_all'),
  })
  const error = people.error ?? orders.error
  // What was found for other words is not shown: Enter would lead to somebody else.
  const isLooking = asks && (!isSettled || people.isFetching || orders.isFetching)
  const found: readonly Found[] = [
    ...pages,
    ...(asks && isSettled ? (people.data?.items ?? []) : []).map(
      ({ owner, name, email, external_id }): Found => ({
        ...{
          href: `/console/people/${owner}`,
          icon: 'person',
          more: email ?? external_id ?? shortId(owner),
        },
        title: name ?? external_id ?? email ?? owner,
      }),
    ),
    ...(asks && isSettled ? (orders.data?.items ?? []) : []).map(
      ({ order_id, product_name }): Found => ({
        ...{ href: `/console/orders/${order_id}`, icon: 'receipt', more: shortId(order_id) },
        title: product_name[language === 'en' ? 'en' : 'zh'],
      }),
    ),
  ]
  const retry = () => {
    for (const one of [people, orders]) if (one.error !== null) void one.refetch()
  }
  return { found, isLooking, error, retry }
}
