import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { houseNow } from '~/app/clock.ts'
import { faultOf } from '~/app/problem.ts'
import type { Me } from '~/app/queries.ts'
import { Button } from '~/kit/button.tsx'
import { Checkbox } from '~/kit/choice.tsx'
import { useCopy } from '~/kit/copy-id.tsx'
import { Dialog } from '~/kit/dialog.tsx'
import { Input, Select } from '~/kit/field.tsx'
import { Note, ProblemNote } from '~/kit/notes.tsx'
import { keysQuery } from '~/portal/answers.ts'
import { ScopeName } from '~/portal/settings/scope-name.tsx'
import { useWords } from '~/words/words.ts'

const LIVES = ['never', '30', '90', '365'] as const
type Life = (typeof LIVES)[number]
const DAY_MS = 86_400_000
const EMPTY = { name: '', scopes: [] as readonly string[], life: 'never' as Life }
/** What an app needs first; the rest of one's own scopes stands below. */
const USUAL = ['credits:read', 'credits:charge']

interface Props {
  readonly me: Me
  readonly open: boolean
  readonly onClose: () => void
}

/** Nobody gives away a scope they do not hold: only those of one's own are offered. */
export function NewKey({ me, open, onClose }: Props) {
  const say = useWords('settings')
  const queries = useQueryClient()
  const [want, setWant] = useState(EMPTY)
  const make = useMutation({
    mutationFn: () =>
      api.post('/api/v1/api-keys', {
        body: {
          name: want.name,
          // The list is the server's own.
          scopes: [...want.scopes] as never[],
          ...(want.life !== 'never' && {
            expires_at: new Date(houseNow() + Number(want.life) * DAY_MS).toISOString(),
          }),
        },
      }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: keysQuery.queryKey }),
  })
  const close = () => {
    setWant(EMPTY)
    make.reset()
    onClose()
  }
  if (make.isSuccess) return <Shown open={open} secret={make.data.key} onClose={close} />
  const scopes = [...new Set([...USUAL.filter((one) => me.scopes.includes(one)), ...me.scopes])]
  const toggle = (scope: string, on: boolean) =>
    setWant({
      ...want,
      scopes: on ? [...want.scopes, scope] : want.scopes.filter((one) => one !== scope),
    })
  const isReady = want.name.trim() !== '' && want.scopes.length > 0
  return (
    <Dialog
      open={open}
      onClose={close}
      title={say('keys.new')}
      busy={make.isPending}
      acts={
        <>
          <Button
            look="primary"
            busy={make.isPending}
            disabled={!isReady}
            onClick={() => make.mutate()}
          >
            {say('keys.create')}
          </Button>
          <Button onClick={close} disabled={make.isPending}>
            {say('cancel')}
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        <Input
          label={say('keys.name')}
          value={want.name}
          maxLength={80}
          fault={faultOf(make.error, 'name')}
          onChange={({ target }) => setWant({ ...want, name: target.value })}
        />
        <Select
          label={say('keys.expires')}
          value={want.life}
          options={LIVES.map((value) => ({ value, label: say(`keys.expires.${value}`) }))}
          onChange={({ target }) => setWant({ ...want, life: target.value as Life })}
        />
        <fieldset className="grid gap-2">
          <legend className="font-semibold">{say('keys.scopes')}</legend>
          <p className="text-small text-soft">{say('keys.scopes_hint')}</p>
          <div className="grid gap-2 sm:grid-cols-2">
            {scopes.map((scope) => (
              <Checkbox
                key={scope}
                label={<ScopeName scope={scope} />}
                checked={want.scopes.includes(scope)}
                onChange={({ target }) => toggle(scope, target.checked)}
              />
            ))}
          </div>
        </fieldset>
        {make.isError && <ProblemNote error={make.error} of="acting" />}
      </div>
    </Dialog>
  )
}

interface ShownProps {
  readonly open: boolean
  readonly secret: string
  readonly onClose: () => void
}

/** Once, and never again. It closes by its own button: a press beside it would lose the key. */
function Shown({ open, secret, onClose }: ShownProps) {
  const say = useWords('settings')
  const { copied, copy } = useCopy()
  return (
    <Dialog
      open={open}
      busy
      onClose={onClose}
      title={say('keys.once')}
      acts={
        <>
          <Button look="primary" onClick={onClose}>
            {say('keys.stored')}
          </Button>
          <Button icon={copied ? 'check' : 'copy'} onClick={() => void copy(secret)}>
            {copied ? say('keys.copied') : say('keys.copy')}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <p className="rounded-control bg-sunken p-3 font-mono text-small break-all select-all">
          {secret}
        </p>
        <Note tone="warn">{say('keys.once_hint')}</Note>
      </div>
    </Dialog>
  )
}
