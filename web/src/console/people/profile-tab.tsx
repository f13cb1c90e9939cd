import { useQuery } from '@tanstack/react-query'
import { api } from '~/app/api.ts'
import { useTerm } from '~/console/parts/term.ts'
import { Card, Facts } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { Note } from '~/kit/notes.tsx'
import { DateTime } from '~/kit/times.tsx'
import { useWords } from '~/words/words.ts'

/** Who somebody is here, and what they may do. */
export function ProfileTab({ id }: { readonly id: string }) {
  const say = useWords('console')
  const term = useTerm()
  const query = useQuery({
    queryKey: ['person', id],
    queryFn: ({ signal }) => api.get('/api/v1/admin/users/{id}', { path: { id }, signal }),
  })
  return (
    <Card title={say('profile.title')}>
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
                { term: say('people.mail'), value: person.email ?? say('nothing') },
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
                { term: say('profile.locale'), value: person.locale },
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
