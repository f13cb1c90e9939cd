import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Body } from '@tongbao/sdk'
import { api, useIntent } from '~/app/api.ts'
import { keep, kept } from '~/app/kept.ts'
import { paymentQuery } from '~/portal/answers.ts'

const PAYING = 'paying'

/** Which payment this browser went away to pay: the page it comes back to is not told. */
export const paymentGoneFor = (): string | undefined => kept(PAYING)
export const goneFor = (id: string): void => keep(PAYING, id)

export type PayWish = Pick<
  Body<'create_payment'>,
  'product_id' | 'order_id' | 'currency' | 'pay_channel' | 'method'
>

/**
 * Asks for a way to pay. The key is the same through every try, so that an answer that was lost makes no second order;
 * what the payer has to do is shown by the payment itself, now and whenever they come back to it.
 */
export function usePay(onPayment: (id: string) => void) {
  const queries = useQueryClient()
  const { key, next } = useIntent()
  return useMutation({
    mutationFn: (wish: PayWish) =>
      api.post('/api/v1/payments/create', {
        body: { ...wish, return_url: new URL('/top-up/return', location.origin).href },
        key,
      }),
    onSuccess: (payment) => {
      next()
      queries.setQueryData(paymentQuery(payment.payment_id).queryKey, payment)
      void queries.invalidateQueries({ queryKey: ['payments', 'history'] })
      onPayment(payment.payment_id)
      if (payment.next?.kind === 'redirect' && payment.next.url !== undefined) {
        goneFor(payment.payment_id)
        location.assign(payment.next.url)
      }
    },
  })
}
