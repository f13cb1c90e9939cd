import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '~/app/api.ts'
import { faultOf } from '~/app/problem.ts'
import { type Me, meQuery } from '~/app/queries.ts'
import { Button } from '~/kit/button.tsx'
import { Card, Facts } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { Input, Select } from '~/kit/field.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { tell } from '~/kit/toast.tsx'
import { useWords } from '~/words/words.ts'

const NAME_LETTERS_MAX = 80

export function Profile({ me }: { readonly me: Me }) {
  const say = useWords('settings')
  const queries = useQueryClient()
  const [name, setName] = useState(me.user.name)
  const [zone, setZone] = useState(me.user.time_zone)
  const save = useMutation({
    mutationFn: () => api.patch('/api/v1/sessions/me', { body: { name, time_zone: zone } }),
    onSuccess: (next) => {
      queries.setQueryData(meQuery.queryKey, next)
      tell({ title: say('saved') })
    },
  })
  const isSame = name === me.user.name && zone === me.user.time_zone
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isSame) save.mutate()
  }
  const fault = faultOf(save.error, 'name')
  return (
    <Card title={say('profile.title')}>
      <form onSubmit={send} className="grid gap-5">
        <Input
          label={say('profile.name')}
          value={name}
          required
          maxLength={NAME_LETTERS_MAX}
          autoComplete="name"
          fault={fault}
          onChange={({ target }) => setName(target.value)}
        />
        <Select
          label={say('profile.zone')}
          value={zone}
          options={zones(zone).map((value) => ({ value, label: value }))}
          onChange={({ target }) => setZone(target.value)}
        />
        <Facts
          items={[
            { term: say('profile.email'), value: <Email me={me} /> },
            { term: say('profile.id'), value: <CopyId text={me.user.id} /> },
          ]}
        />
        {save.isError && fault === undefined && <ProblemNote error={save.error} of="acting" />}
        <div>
          <Button type="submit" look="primary" busy={save.isPending} disabled={isSame}>
            {say('save')}
          </Button>
        </div>
      </form>
    </Card>
  )
}

const zones = (mine: string): string[] => [
  ...new Set([mine, ...Intl.supportedValuesOf('timeZone')]),
]

function Email({ me }: { readonly me: Me }) {
  const say = useWords('settings')
  const send = useMutation({ mutationFn: () => api.post('/api/v1/auth/send-verification-email') })
  const { email, email_verified } = me.user
  if (email === null) return <span className="text-soft">{say('profile.email_none')}</span>
  return (
    <div className="grid justify-items-start gap-2">
      <span className="flex flex-wrap items-center gap-2">
        <span className="break-all">{email}</span>
        <Chip tone={email_verified ? 'good' : 'warn'}>
          {email_verified ? say('profile.email_yes') : say('profile.email_no')}
        </Chip>
      </span>
      {!email_verified && !send.isSuccess && (
        <Button size="small" busy={send.isPending} onClick={() => send.mutate()}>
          {say('profile.email_send')}
        </Button>
      )}
      {send.isSuccess && <p className="text-small text-good">{say('profile.email_sent')}</p>}
      {send.isError && <ProblemNote error={send.error} />}
    </div>
  )
}
