import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { buttonLook } from '~/kit/button.tsx'
import { Card } from '~/kit/card.tsx'
import { DataBlock } from '~/kit/data-block.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import { Note } from '~/kit/notes.tsx'
import { PageHeader } from '~/kit/page-header.tsx'
import { paymentsQuery } from '~/portal/answers.ts'
import { Progress, ProgressSkeleton } from '~/portal/top-up/progress.tsx'
import { PAYMENT_ID } from '~/portal/top-up/search.ts'
import { paymentGoneFor } from '~/portal/top-up/use-pay.ts'
import { useWords } from '~/words/words.ts'

const route = getRouteApi('/portal/top-up/return')

/** Where a provider's page leads back to. That somebody came back proves nothing: the payment is asked for. */
export function ReturnPage() {
  const say = useWords('top-up')
  const { left } = route.useSearch()
  const [gone] = useState(paymentGoneFor)
  return (
    <>
      <PageHeader title={say('return.title')} more={say('return.hint')} />
      <div className="mx-auto grid max-w-md gap-4">
        {left && (
          <Note tone="note" title={say('return.left')}>
            {say('return.left_more')}
          </Note>
        )}
        <Card>{gone !== undefined && PAYMENT_ID.test(gone) ? <Gone id={gone} /> : <Newest />}</Card>
      </div>
    </>
  )
}

function Gone({ id }: { readonly id: string }) {
  const navigate = useNavigate()
  return (
    <Progress
      id={id}
      onClose={() => void navigate({ to: '/' })}
      onOther={(payment) => void navigate({ to: '/top-up', search: { payment } })}
    />
  )
}

/** In another browser than the one that left, as after a scan by a phone, it is the one that was begun last. */
function Newest() {
  const say = useWords('top-up')
  const query = useInfiniteQuery(paymentsQuery)
  return (
    <DataBlock
      query={query}
      skeleton={<ProgressSkeleton />}
      isEmpty={(payments) => payments.length === 0}
      empty={
        <EmptyState
          icon="receipt"
          title={say('return.none')}
          more={say('return.none_more')}
          act={
            <Link to="/top-up" className={buttonLook()}>
              {say('return.back')}
            </Link>
          }
        />
      }
    >
      {([newest]) => <Gone id={newest?.payment_id ?? ''} />}
    </DataBlock>
  )
}
