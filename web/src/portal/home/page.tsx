import { useQuery } from '@tanstack/react-query'
import { meQuery } from '~/app/queries.ts'
import { PageHeader } from '~/kit/page-header.tsx'
import { BalanceCard } from '~/portal/home/balance-card.tsx'
import { FirstSteps } from '~/portal/home/first-steps.tsx'
import { Latest } from '~/portal/home/latest.tsx'
import { QuickTopUp } from '~/portal/home/quick-top-up.tsx'
import { OpenPayment } from '~/portal/open-payment.tsx'
import { useWords } from '~/words/words.ts'

export function HomePage() {
  const say = useWords('portal')
  const { data: me } = useQuery(meQuery)
  return (
    <>
      <PageHeader title={me ? say('home.greeting', { name: me.user.name }) : say('home.title')} />
      <div className="grid items-start gap-4 lg:grid-cols-[3fr_2fr] lg:gap-6">
        <div className="grid min-w-0 gap-4 lg:gap-6">
          <BalanceCard />
          <OpenPayment />
          <div className="hidden lg:block">
            <Latest />
          </div>
        </div>
        <div className="grid min-w-0 gap-4 lg:gap-6">
          <QuickTopUp />
          <div className="lg:hidden">
            <Latest />
          </div>
          {/* Last, as nobody knows at first whether there are any: what stands below would be pushed away. */}
          <FirstSteps />
        </div>
      </div>
    </>
  )
}
