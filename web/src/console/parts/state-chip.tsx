import { useTerm } from '~/console/parts/term.ts'
import { Chip, type Tone } from '~/kit/chip.tsx'

/** What is not known yet is never shown as a failure. */
const TONES: Readonly<Record<string, Tone>> = {
  ...{ paid: 'good', paid_late: 'good', succeeded: 'good', done: 'good', approved: 'good' },
  ...{ whole: 'good', won: 'good', kept: 'good', in_force: 'good', completed: 'good' },
  ...{ partially_refunded: 'bronze', refunded: 'bronze', sent_back: 'bronze', scheduled: 'bronze' },
  ...{ failed: 'bad', dead: 'bad', abnormal: 'bad', broken: 'bad', lost: 'bad', refused: 'bad' },
  ...{ suspense: 'warn', opened: 'warn', unfinished: 'warn', rejected: 'warn', expired: 'warn' },
  ...{ created: 'note', pending: 'note', submitted: 'note', unknown: 'note', closing: 'note' },
  ...{ waiting: 'note', requested: 'note', proposed: 'note', active: 'note', retry: 'note' },
}

export function StateChip({ state }: { readonly state: string }) {
  const term = useTerm()
  return <Chip tone={TONES[state] ?? 'plain'}>{term('state', state)}</Chip>
}
