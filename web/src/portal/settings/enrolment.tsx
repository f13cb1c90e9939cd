import { useMutation } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { useState } from 'react'
import { api } from '~/app/api.ts'
import { Button } from '~/kit/button.tsx'
import { Checkbox } from '~/kit/choice.tsx'
import { CodeInput } from '~/kit/code-input.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { ProblemNote } from '~/kit/notes.tsx'
import { QrCode } from '~/kit/qr-code.tsx'
import { CodeList } from '~/portal/settings/code-list.tsx'
import { takeFocus } from '~/portal/settings/focus.ts'
import { saidOf } from '~/portal/settings/password.tsx'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly begun: Answer<'enable_second_factor'>
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** The code to scan, the backup codes, and six figures that prove that it worked. */
export function Enrolment({ begun, onDone, onCancel }: Props) {
  const say = useWords('settings')
  const [kept, setKept] = useState(false)
  const [code, setCode] = useState('')
  const verify = useMutation({
    mutationFn: (typed: string) =>
      api.post('/api/v1/auth/two-factor/verify', { body: { code: typed } }),
    onSuccess: onDone,
    onError: () => setCode(''),
  })
  const wrong = saidOf(verify.error, 'wrong_code')
  return (
    <ol className="grid grid-cols-1 gap-8">
      <li className="grid grid-cols-1 gap-3">
        <p ref={takeFocus} tabIndex={-1} className="font-semibold outline-none">
          {say('guard.scan')}
        </p>
        <div className="w-full max-w-60 rounded-control border border-line bg-white p-2">
          <QrCode text={begun.totp_uri} label={say('guard.qr')} />
        </div>
        <details className="text-small">
          <summary className="text-soft">{say('guard.manual')}</summary>
          <CopyId whole text={secretIn(begun.totp_uri)} />
        </details>
      </li>
      <li className="grid grid-cols-1 gap-3">
        <div>
          <p className="font-semibold">{say('guard.backup')}</p>
          <p className="text-small text-soft">{say('guard.backup_hint')}</p>
        </div>
        <CodeList codes={begun.backup_codes} />
        <Checkbox
          label={say('guard.backup_kept')}
          checked={kept}
          onChange={({ target }) => setKept(target.checked)}
        />
      </li>
      <li className="grid max-w-sm grid-cols-1 gap-3">
        <CodeInput
          label={say('guard.code')}
          value={code}
          fault={wrong}
          disabled={verify.isPending}
          onChange={setCode}
        />
        {verify.isError && wrong === undefined && <ProblemNote error={verify.error} of="acting" />}
        <div className="flex flex-wrap gap-2">
          <Button
            look="primary"
            busy={verify.isPending}
            disabled={!kept || code.length < 6}
            onClick={() => verify.mutate(code)}
          >
            {say('guard.finish')}
          </Button>
          <Button look="quiet" disabled={verify.isPending} onClick={onCancel}>
            {say('cancel')}
          </Button>
        </div>
      </li>
    </ol>
  )
}

const secretIn = (uri: string): string => new URL(uri).searchParams.get('secret') ?? uri
