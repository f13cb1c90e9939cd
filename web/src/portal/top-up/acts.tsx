import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '~/app/api.ts'
import { isUnknown } from '~/app/problem.ts'
import { Button } from '~/kit/button.tsx'
import { Note, ProblemNote } from '~/kit/notes.tsx'
import { paymentQuery } from '~/portal/answers.ts'
import { useWords } from '~/words/words.ts'

interface CheckProps {
  readonly id: string
  /** By a code or on a page: who has done so says that they have. */
  readonly hasToPay: boolean
}

/** "I have paid": the server asks the provider, and what it says is shown. */
export function CheckNow({ id, hasToPay }: CheckProps) {
  const say = useWords('top-up')
  const queries = useQueryClient()
  const check = useMutation({
    mutationFn: () => api.post('/api/v1/payments/{id}/check', { path: { id } }),
    onSuccess: (payment) => queries.setQueryData(paymentQuery(id).queryKey, payment),
  })
  return (
    <>
      <Button wide busy={check.isPending} onClick={() => check.mutate()}>
        {check.isPending
          ? say('dialog.paid_asking')
          : say(hasToPay ? 'dialog.paid_ask' : 'dialog.check')}
      </Button>
      {check.isSuccess && check.data.status === 'pending' && (
        <Note tone="note">{say(hasToPay ? 'dialog.not_yet' : 'dialog.still_unclear')}</Note>
      )}
      {check.isError &&
        (isUnknown(check.error) ? (
          <Note tone="note">{say('dialog.ask_failed')}</Note>
        ) : (
          <ProblemNote error={check.error} />
        ))}
    </>
  )
}

export function CancelOrder({ id }: { readonly id: string }) {
  const say = useWords('top-up')
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => api.post('/api/v1/payments/{id}/cancel', { path: { id } }),
    onSuccess: (payment) => queries.setQueryData(paymentQuery(id).queryKey, payment),
    onSettled: () => queries.invalidateQueries({ queryKey: ['payments'] }),
  })
  return (
    <>
      <Button look="quiet" wide busy={cancel.isPending} onClick={() => cancel.mutate()}>
        {cancel.isPending ? say('dialog.cancelling') : say('dialog.cancel')}
      </Button>
      {cancel.isError && <ProblemNote error={cancel.error} of="acting" />}
    </>
  )
}
