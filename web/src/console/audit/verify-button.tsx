import { useMutation } from '@tanstack/react-query'
import type { Answer } from '@tongbao/sdk'
import { api } from '~/app/api.ts'
import { Button } from '~/kit/button.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { Dialog } from '~/kit/dialog.tsx'
import { useFormat } from '~/kit/format.ts'
import { Note, ProblemNote } from '~/kit/notes.tsx'
import { useWords } from '~/words/words.ts'

/** Reads the whole chain once and says whether it is what was sealed. */
export function VerifyButton() {
  const say = useWords('console')
  const verify = useMutation({ mutationFn: () => api.post('/api/v1/admin/audit/verify') })
  const isOpen = verify.data !== undefined || verify.error !== null
  return (
    <>
      <Button icon="shield" busy={verify.isPending} onClick={() => verify.mutate()}>
        {say('audit.verify')}
      </Button>
      <Dialog open={isOpen} onClose={() => verify.reset()} title={say('audit.verify')}>
        {verify.error !== null && <ProblemNote error={verify.error} />}
        {verify.data && <Verdict verdict={verify.data} />}
      </Dialog>
    </>
  )
}

function Verdict({ verdict }: { readonly verdict: Answer<'verify_audit'> }) {
  const say = useWords('console')
  const format = useFormat()
  const said = { entries: format.number(verdict.entries), blocks: format.number(verdict.blocks) }
  if (verdict.faults.length === 0)
    return (
      <div className="grid gap-3">
        <Note tone="good" title={say('audit.whole')}>
          {say('audit.whole_more', said)}
        </Note>
        {verdict.last && (
          <p className="text-small text-soft">
            {say('audit.last_block', { n: verdict.last.block })}{' '}
            <CopyId text={verdict.last.digest} shown={`${verdict.last.digest.slice(0, 24)}…`} />
          </p>
        )}
      </div>
    )
  return (
    <Note tone="bad" title={say('audit.broken', { n: verdict.faults.length })}>
      <ul>
        {verdict.faults.map(({ table, row, what }) => (
          <li key={`${table} ${row} ${what}`} className="font-mono text-small">
            {table} {row}: {what}
          </li>
        ))}
      </ul>
    </Note>
  )
}
