import { useQuery } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { lazy, Suspense, useState } from 'react'
import { api } from '~/app/api.ts'
import { useMay, useMyId } from '~/console/parts/may.ts'
import { useTerm } from '~/console/parts/term.ts'
import { Button } from '~/kit/button.tsx'
import { Card, Facts } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { Note } from '~/kit/notes.tsx'
import { DateTime } from '~/kit/times.tsx'
import { useLanguage, useWords } from '~/words/words.ts'

const BanDialog = lazy(async () => ({
  default: (await import('~/console/people/ban-dialog.tsx')).BanDialog,
}))
const RolesDialog = lazy(async () => ({
  default: (await import('~/console/people/roles-dialog.tsx')).RolesDialog,
}))

/** Who somebody is here, and what they may do. */
export function ProfileTab({ id }: { readonly id: string }) {
  const say = useWords('console')
  const term = useTerm()
  const language = useLanguage()
  const query = useQuery({
    queryKey: ['person', id],
    queryFn: ({ signal }) => api.get('/api/v1/admin/users/{id}', { path: { id }, signal }),
  })
  return (
    <Card title={say('profile.title')} aside={query.data && <Acts person={query.data} />}>
      <DataBlock query={query}>
        {(person) => (
          <div className="grid gap-4">
            {person.banned_at !== null && (
              <Note tone="bad" title={say('profile.closed')}>
                {person.ban_reason} · <DateTime at={person.banned_at} />
              </Note>
            )}
            <Facts
              items={[
                { term: say('profile.name'), value: person.name },
                { term: say('profile.mail'), value: person.email ?? say('nothing') },
                {
                  term: say('profile.mail_proven'),
                  value: person.email_verified ? say('yes') : say('no'),
                },
                {
                  term: say('profile.second_factor'),
                  value: person.second_factor ? say('yes') : say('no'),
                },
                {
                  term: say('profile.roles'),
                  value: (
                    <span className="flex flex-wrap gap-1.5">
                      {person.roles.map((role) => (
                        <Chip key={role}>{term('role', role)}</Chip>
                      ))}
                    </span>
                  ),
                },
                { term: say('profile.locale'), value: nameOfLanguage(language, person.locale) },
                { term: say('profile.time_zone'), value: person.time_zone },
                { term: say('people.since'), value: <DateTime at={person.created_at} /> },
              ]}
            />
          </div>
        )}
      </DataBlock>
    </Card>
  )
}

const nameOfLanguage = (language: string, locale: string): string =>
  new Intl.DisplayNames(language, { type: 'language' }).of(locale) ?? locale

/** Nobody decides about themselves; the server says no as well. */
function Acts({ person }: { readonly person: Answer<'get_person'> }) {
  const say = useWords('console')
  const may = useMay()
  const isMine = useMyId() === person.id
  const [open, setOpen] = useState<'roles' | 'ban'>()
  const close = () => setOpen(undefined)
  if (!may('people:roles') && !may('people:ban')) return null
  if (isMine) return <p className="text-small text-soft">{say('profile.own')}</p>
  return (
    <div className="flex flex-wrap gap-2">
      {may('people:roles') && (
        <Button size="small" onClick={() => setOpen('roles')}>
          {say('roles.act')}
        </Button>
      )}
      {may('people:ban') && (
        <Button size="small" onClick={() => setOpen('ban')}>
          {person.banned_at === null ? say('ban.act') : say('unban.act')}
        </Button>
      )}
      <Suspense>
        {open === 'roles' && <RolesDialog person={person} onClose={close} />}
        {open === 'ban' && <BanDialog person={person} onClose={close} />}
      </Suspense>
    </div>
  )
}
