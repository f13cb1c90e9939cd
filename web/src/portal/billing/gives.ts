import { useFormat } from '~/kit/format.ts'
import type { Payment } from '~/portal/answers.ts'
import { useWords } from '~/words/words.ts'

/** What a payment gives, in words. */
export function useGives(): (payment: Payment) => string {
  const say = useWords('billing')
  const format = useFormat()
  return ({ credits, bonus_credits }) =>
    bonus_credits > 0
      ? say('with_bonus', {
          ...{ total: format.number(credits + bonus_credits), bonus: format.number(bonus_credits) },
        })
      : say('credits', { amount: format.number(credits) })
}
