import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api } from '~/app/api.ts'
import { isUnknown } from '~/app/problem.ts'
import { Button } from '~/kit/button.tsx'
import { Note, ProblemNote } from '~/kit/notes.tsx'
import { paymentQuery } from '~/portal/answers.ts'
import { useWords } from '~/words/words.ts'

/** "I have paid": the server asks the provider, and what it says is shown. */
export function CheckNow({ id }: { readonly id: string }) {
  const say = useWords('top-up')
  const queries = useQueryClient()
  const check = useMutation({
    mutationFn: () => api.post('/api/v1/payments/{id}/check', { path: { id } }),
    onSuccess: (payment) => queries.setQueryData(paymentQuery(id).queryKey, payment),
  })
  return (
    <>
      <Button wide busy={check.isPending} onClick={() => check.mutate()}>
        {check.isPending ? say('dialog.paid_asking') : say('dialog.paid_ask')}
      </Button>
      {check.isSuccess && check.data.status === 'pending' && (
        <Note tone="note">{say('dialog.not_yet')}</Note>
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
