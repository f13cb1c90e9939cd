import { useMutation } from '@tanstack/react-query'
import type { Answer, Body } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { ChangePreview } from '~/console/parts/change-preview.tsx'
import { ReasonDialog } from '~/console/parts/reason-dialog.tsx'
import { useTerm } from '~/console/parts/term.ts'
import { useTold } from '~/console/people/told.ts'
import { Checkbox } from '~/kit/choice.tsx'
import { Note } from '~/kit/notes.tsx'
import { useWords } from '~/words/words.ts'

type Role = Body<'set_roles'>['roles'][number]
const ANYBODYS = ['user', 'creator', 'promoter'] as const
const STAFF = ['support', 'operator', 'finance', 'auditor', 'admin'] as const
const ROLES: readonly Role[] = [...ANYBODYS, ...STAFF, 'service']
const isStaff = (role: string): boolean => STAFF.some((one) => one === role)

interface Props {
  readonly person: Answer<'get_person'>
  readonly onClose: () => void
}

/** Decides what somebody may do; the server lets nobody give away more than they hold. */
export function RolesDialog({ person, onClose }: Props) {
  const say = useWords('console')
  const term = useTerm()
  const told = useTold(onClose)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(person.roles))
  const roles = ROLES.filter((role) => chosen.has(role))
  const change = useMutation({
    mutationFn: (reason: string) =>
      api.put('/api/v1/admin/users/{id}/roles', {
        path: { id: person.id },
        body: { roles, reason },
      }),
    onSuccess: (answer) =>
      told(answer, say('act.about', { name: person.name, what: named(roles) })),
  })
  const named = (list: readonly string[]) =>
    list.map((role) => term('role', role)).join(say('list.comma')) || say('nothing')
  const before = ROLES.filter((role) => person.roles.some((one) => one === role))
  const isSame = named(roles) === named(before)
  return (
    <ReasonDialog
      open
      onClose={onClose}
      onAct={(reason) => change.mutate(reason)}
      title={say('roles.title')}
      more={say('roles.more')}
      act={say('roles.act')}
      busy={change.isPending}
      error={change.error}
      blocked={roles.length === 0 || isSame}
    >
      {(asked) => (
        <>
          <fieldset className="grid items-start gap-3 sm:grid-cols-2">
            <legend className="sr-only">{say('profile.roles')}</legend>
            {ROLES.map((role) => (
              <Checkbox
                key={role}
                label={term('role', role)}
                hint={say(`roles.may_${role}`)}
                checked={chosen.has(role)}
                onChange={({ target }) => {
                  const next = new Set(chosen)
                  if (target.checked) next.add(role)
                  else next.delete(role)
                  setChosen(next)
                }}
              />
            ))}
          </fieldset>
          {roles.length === 0 && <Note tone="warn">{say('roles.none')}</Note>}
          {roles.some(isStaff) && !person.second_factor && <Note>{say('roles.factor')}</Note>}
          {asked && isSame && <Note tone="warn">{say('roles.same')}</Note>}
          <ChangePreview
            lines={[{ label: say('profile.roles'), before: named(before), after: named(roles) }]}
          />
        </>
      )}
    </ReasonDialog>
  )
}
