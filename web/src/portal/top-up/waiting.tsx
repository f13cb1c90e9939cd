import { useHouseNow } from '~/app/clock.ts'
import { Money } from '~/kit/amounts.tsx'
import { buttonLook } from '~/kit/button.tsx'
import { CopyId } from '~/kit/copy-id.tsx'
import { useFormat } from '~/kit/format.ts'
import { Icon } from '~/kit/icons.tsx'
import { Note } from '~/kit/notes.tsx'
import { QrCode } from '~/kit/qr-code.tsx'
import { Spinner } from '~/kit/spinner.tsx'
import type { Payment } from '~/portal/answers.ts'
import { CancelOrder, CheckNow } from '~/portal/top-up/acts.tsx'
import { clockText } from '~/portal/top-up/payment-stage.ts'
import { goneFor } from '~/portal/top-up/use-pay.ts'
import { useLiveState } from '~/shell/live.ts'
import { useWords } from '~/words/words.ts'

interface Props {
  readonly payment: Payment
  readonly stage: 'waiting' | 'unclear' | 'charging'
  readonly onOther: (id: string) => void
}

export function Waiting({ payment, stage }: Props) {
  const say = useWords('top-up')
  const format = useFormat()
  const { next } = payment
  const isByBank = next?.kind === 'wait' && next.text !== undefined
  // Nothing is left for the payer to do: only the provider's word is waited for.
  const isBeingConfirmed = stage !== 'waiting'
  return (
    <div className="grid justify-items-center gap-5 text-center">
      <p>
        <Money
          amount={payment.amount}
          currency={payment.currency}
          className="block text-head font-semibold"
        />
        <span className="text-soft">
          {say('dialog.gives', {
            amount: format.number(payment.credits + payment.bonus_credits),
          })}
        </span>
      </p>
      {payment.declined && (
        <Note tone="warn" title={say('dialog.declined.title')}>
          {say('dialog.declined.hint')}
        </Note>
      )}
      {stage === 'unclear' ? (
        <Note tone="note" title={say('dialog.unclear.title')}>
          {say('dialog.unclear.hint')}
        </Note>
      ) : (
        <NextStep payment={payment} />
      )}
      {!isByBank && !isBeingConfirmed && <Line until={payment.expires_at} />}
      <div className="grid w-full gap-2">
        {/* A bank answers nobody; a person tells. */}
        {!isByBank && <CheckNow id={payment.payment_id} hasToPay={!isBeingConfirmed} />}
        {/* What the card is asked for already is not taken back here. */}
        {stage !== 'charging' && <CancelOrder id={payment.payment_id} />}
      </div>
      <p className="text-small text-soft">{say('dialog.keep')}</p>
    </div>
  )
}

const SCANS: ReadonlySet<string> = new Set(['wechat', 'alipay', 'sandbox'])
const isLink = (text: string): boolean => /^https?:\/\//.test(text)

/** What the payer does next, by the way they chose. */
function NextStep({ payment }: { readonly payment: Payment }) {
  const say = useWords('top-up')
  const format = useFormat()
  const { next, pay_channel } = payment
  const scans = SCANS.has(pay_channel) ? (pay_channel as 'wechat') : 'other'
  if (next?.kind === 'qr' && next.qr !== undefined)
    return (
      <div className="grid w-full justify-items-center gap-3">
        <p>{say(`dialog.scan.${scans}`)}</p>
        <div className="w-full max-w-60 rounded-control border border-line bg-white p-2">
          <QrCode
            text={next.qr}
            label={say('dialog.qr', { price: format.money(payment.amount, payment.currency) })}
          />
        </div>
        {pay_channel === 'sandbox' && isLink(next.qr) && (
          <Away href={next.qr} text={say('dialog.open_cashier')} newWindow />
        )}
      </div>
    )
  if (next?.kind === 'redirect' && next.url !== undefined)
    return (
      <Away
        href={next.url}
        text={say('dialog.open_page')}
        onGo={() => goneFor(payment.payment_id)}
      />
    )
  if (next?.text === undefined)
    return <Note title={say('dialog.unclear.title')}>{say('dialog.charging')}</Note>
  return <ByBank payment={payment} text={next.text} />
}

/** Where to, and the number by which the transfer is known to be theirs. */
function ByBank({ payment, text }: { readonly payment: Payment; readonly text: string }) {
  const say = useWords('top-up')
  const format = useFormat()
  const number = payment.payment_id.slice('pay_'.length)
  return (
    <div className="grid w-full gap-3 text-left">
      <Note title={say('dialog.wait.title')}>
        {say('dialog.wait.hint', { at: format.date(payment.expires_at) })}
      </Note>
      <p className="rounded-control bg-sunken p-3 break-words whitespace-pre-line">
        {text.replace(number, '').trim()}
      </p>
      <p className="flex flex-wrap items-center gap-2">
        <span className="text-small text-soft">{say('dialog.number')}</span>
        <CopyId text={number} />
      </p>
    </div>
  )
}

interface AwayProps {
  readonly href: string
  readonly text: string
  readonly newWindow?: boolean
  readonly onGo?: () => void
}

const Away = ({ href, text, newWindow = false, onGo }: AwayProps) => (
  <a
    href={href}
    onClick={onGo}
    {...(newWindow && { target: '_blank', rel: 'noreferrer' })}
    className={buttonLook({ look: 'primary', wide: true })}
  >
    {text}
    <Icon name="right" className="size-4" />
  </a>
)

/** The time that is left, and whether the page will hear of it by itself. */
function Line({ until }: { readonly until: string }) {
  const say = useWords('top-up')
  const live = useLiveState()
  const left = Date.parse(until) - useHouseNow()
  return (
    <div className="grid justify-items-center gap-1">
      <p role="timer" className="flex flex-wrap items-center justify-center gap-x-2 font-semibold">
        <Spinner className="size-4 text-bronze" />
        {say('dialog.waiting')}
        <span className="tabular font-normal whitespace-nowrap text-soft">
          {say('dialog.left', { time: clockText(left) })}
        </span>
      </p>
      <p className="text-small text-soft">
        {live === 'open' ? say('dialog.live') : say('dialog.stale')}
      </p>
    </div>
  )
}
