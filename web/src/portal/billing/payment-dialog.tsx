import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useHouseNow } from '~/app/clock.ts'
import { Problem } from '~/app/problem.ts'
import { Money } from '~/kit/amounts.tsx'
import { buttonLook } from '~/kit/button.tsx'
import { Facts } from '~/kit/card.tsx'
import { Chip } from '~/kit/chip.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { Dialog } from '~/kit/dialog.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { useFormat } from '~/kit/format.ts'
import { type Payment, paymentQuery, timelineQuery } from '~/portal/answers.ts'
import { useGives } from '~/portal/billing/gives.ts'
import { RefundEstimate } from '~/portal/billing/refund-estimate.tsx'
import { PaymentChip } from '~/portal/billing/states.tsx'
import { PaymentSteps } from '~/portal/billing/steps.tsx'
import { useNames } from '~/portal/names.ts'
import { stageOf } from '~/portal/top-up/payment-stage.ts'
import { useText, useWords } from '~/words/words.ts'

interface Props {
  readonly id: string | undefined
  readonly onClose: () => void
}

export function PaymentDialog({ id, onClose }: Props) {
  const say = useWords('billing')
  return (
    <Dialog open={id !== undefined} onClose={onClose} title={say('payment.title')} place="side">
      {id !== undefined && <PaymentOf id={id} />}
    </Dialog>
  )
}

function PaymentOf({ id }: { readonly id: string }) {
  const say = useWords('billing')
  const query = useQuery(paymentQuery(id))
  if (query.error instanceof Problem && query.error.code === 'payment_unknown')
    return <EmptyState icon="receipt" title={say('payment.gone')} more={say('payment.gone_hint')} />
  return <DataBlock query={query}>{(payment) => <Whole payment={payment} />}</DataBlock>
}

const LOOK_EVERY_MS = 15_000
const REFUNDABLE: ReadonlySet<string> = new Set(['paid', 'partially_refunded'])

function Whole({ payment }: { readonly payment: Payment }) {
  const say = useWords('billing')
  const format = useFormat()
  const gives = useGives()
  const text = useText()
  const { channel } = useNames()
  const timeline = useQuery(timelineQuery(payment.payment_id))
  const isOpen = stageOf(payment, useHouseNow(LOOK_EVERY_MS)) === 'waiting'
  return (
    <div className="grid gap-6">
      <div>
        <p className="mb-2 flex flex-wrap gap-2">
          <PaymentChip payment={payment} />
          {!payment.livemode && <Chip>{say('payment.test')}</Chip>}
        </p>
        <Money
          amount={payment.amount}
          currency={payment.currency}
          className="text-head font-semibold"
        />
        {payment.refunded > 0 && (
          <p className="text-soft">
            {say('payment.refunded', { amount: format.money(payment.refunded, payment.currency) })}
          </p>
        )}
      </div>
      {isOpen && (
        <Link
          to="/top-up"
          search={{ payment: payment.payment_id }}
          className={buttonLook({ look: 'primary' })}
        >
          {say('payment.continue')}
        </Link>
      )}
      <Facts
        items={[
          { term: say('payment.product'), value: text(payment.product_name) },
          { term: say('payment.gives'), value: gives(payment) },
          { term: say('way'), value: channel(payment.pay_channel) },
          { term: say('payment.number'), value: <CopyId text={payment.payment_id} /> },
          { term: say('payment.order'), value: <CopyId text={payment.order_id} /> },
        ]}
      />
      <section>
        <h3 className="mb-3 font-semibold">{say('payment.timeline')}</h3>
        <DataBlock query={timeline}>{({ items }) => <PaymentSteps steps={items} />}</DataBlock>
      </section>
      {REFUNDABLE.has(payment.status) && <RefundEstimate payment={payment} />}
    </div>
  )
}
