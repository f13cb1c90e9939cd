import { RadioCards } from '~/kit/choice.tsx'
import { EmptyState } from '~/kit/empty-state.tsx'
import type { Way, WayName } from '~/portal/top-up/pay-ways.ts'
import { useWords } from '~/words/words.ts'

const HINTS = {
  'wechat.native': 'qr',
  'wechat.h5': 'app',
  'alipay.precreate': 'qr',
  'alipay.page': 'redirect',
  'alipay.wap': 'app',
  'stripe.checkout': 'redirect',
  'stripe.saved_card': 'at_once',
  'paypal.checkout': 'redirect',
  'sandbox.qr': 'play',
  'sandbox.cashier': 'play',
  'balance.balance': 'at_once',
  'offline.bank_transfer': 'wait',
} as const satisfies Readonly<Record<WayName, string>>

interface Props {
  readonly ways: readonly Way[]
  readonly value: WayName | undefined
  readonly onChange: (way: WayName) => void
}

export function WayChoice({ ways, value, onChange }: Props) {
  const say = useWords('top-up')
  if (ways.length === 0)
    return <EmptyState icon="coin" title={say('ways.empty')} more={say('ways.empty_hint')} />
  return (
    <RadioCards
      hideLegend
      columns={2}
      legend={say('ways')}
      value={value}
      onChange={onChange}
      options={ways.map(({ name }) => ({
        value: name,
        label: say(`way.${name}`),
        hint: say(`way.hint.${HINTS[name]}`),
      }))}
    />
  )
}
