import { Dialog as Base } from '@base-ui/react/dialog'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react'
import { api } from '~/app/api.ts'
import type { Me } from '~/app/queries.ts'
import { groupsFor } from '~/console/places.ts'
import { Icon, type IconName } from '~/kit/icons.tsx'
import { useLanguage, useWords } from '~/words/words.ts'

const FOUND_MAX = 6
const LETTERS_MIN = 2

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
  const found = useFound(me, useDeferredValue(text.trim()))
  const chosen = Math.min(at, found.length - 1)
  const go = (one: Found | undefined) => {
    if (!one) return
    onClose()
    router.history.push(one.href)
  }
  const onKeyDown = (event: KeyboardEvent) => {
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
          <p role="status" className={found.length > 0 ? 'sr-only' : 'px-5 pb-5 text-soft'}>
            {say('palette.count', { count: found.length })}
          </p>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function useFound(me: Me, text: string): readonly Found[] {
  const say = useWords('console')
  const language = useLanguage()
  const pages = groupsFor(me)
    .flatMap(({ places }) => places)
    .map(({ to, icon, word }): Found => ({ href: String(to), icon, title: say(word) }))
    .filter(({ title }) => title.toLowerCase().includes(text.toLowerCase()))
  const asks = text.length >= LETTERS_MIN
  const people = useQuery({
    queryKey: ['palette-people', text],
    queryFn: ({ signal }) =>
      api.get('/api/v1/admin/owners', { query: { query: text, limit: FOUND_MAX }, signal }),
    enabled: asks && me.scopes.includes('credits:read_all'),
    placeholderData: keepPreviousData,
  })
  const orders = useQuery({
    queryKey: ['palette-orders', text],
    queryFn: ({ signal }) =>
      api.get('/api/v1/admin/orders', { query: { query: text, limit: FOUND_MAX }, signal }),
    enabled: asks && me.scopes.includes('payments:read_all'),
    placeholderData: keepPreviousData,
  })
  if (!asks) return pages
  return [
    ...pages,
    ...(people.data?.items ?? []).map(
      ({ owner, name, email, external_id }): Found => ({
        ...{ href: `/console/people/${owner}`, icon: 'person', more: owner },
        title: name ?? external_id ?? email ?? owner,
      }),
    ),
    ...(orders.data?.items ?? []).map(
      ({ order_id, product_name }): Found => ({
        ...{ href: `/console/orders/${order_id}`, icon: 'receipt', more: order_id },
        title: product_name[language === 'en' ? 'en' : 'zh'],
      }),
    ),
  ]
}
