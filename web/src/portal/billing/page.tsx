import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { PageHeader } from '~/kit/page-header.tsx'
import { Tabs } from '~/kit/tabs.tsx'
import { paymentsOfOrderQuery } from '~/portal/answers.ts'
import { PaymentDialog } from '~/portal/billing/payment-dialog.tsx'
import { Payments } from '~/portal/billing/payments.tsx'
import { Refunds } from '~/portal/billing/refunds.tsx'
import type { BillingSearch } from '~/portal/billing/search.ts'
import { useWords } from '~/words/words.ts'

export function BillingPage() {
  const say = useWords('billing')
  const search = useSearch({ from: '/portal/billing' })
  const navigate = useNavigate({ from: '/billing' })
  const change = (part: BillingSearch) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true })
  const paying = usePaymentOf(search.order)
  const open = (payment: string) => change({ payment })
  return (
    <>
      <PageHeader title={say('title')} />
      <Tabs
        label={say('title')}
        value={search.tab ?? 'payments'}
        onChange={(tab) => change({ tab })}
        tabs={[
          { value: 'payments', label: say('tab.payments'), panel: <Payments onOpen={open} /> },
          { value: 'refunds', label: say('tab.refunds'), panel: <Refunds onOpen={open} /> },
        ]}
      />
      <PaymentDialog
        id={search.payment ?? paying}
        onClose={() => change({ payment: undefined, order: undefined })}
      />
    </>
  )
}

/** The attempt that paid an order. */
function usePaymentOf(order: string | undefined): string | undefined {
  const { data } = useQuery({ ...paymentsOfOrderQuery(order ?? ''), enabled: order !== undefined })
  return order === undefined
    ? undefined
    : data?.items.find(({ paid_at }) => paid_at !== null)?.payment_id
}
