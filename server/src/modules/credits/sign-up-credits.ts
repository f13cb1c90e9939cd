import type { NewId } from '#kernel/ids'
import { invariant } from '#kernel/invariant'
import type { Hearing } from '#kernel/outbox'
import { idInCell, type Teller } from '#ledger'
import { priorityOf } from './sources.ts'

interface Deps {
  readonly newId: NewId
  readonly teller: Teller
  /** What everybody new begins with; 0 where nobody is given anything. */
  readonly signUpCredits: number
}

export const signUpHearings = (deps: Deps): Hearing[] => [
  {
    module: 'credits',
    topic: 'identity.signed_up',
    hear: ({ owner }) => welcome(deps, owner),
  },
]

/** The key is grown from the person: heard again, or after the amount was changed, it is the first grant still. */
async function welcome(deps: Deps, person: string | undefined): Promise<void> {
  invariant(person !== undefined, 'C27', 'somebody signed up, and nobody says who')
  if (deps.signUpCredits === 0) return
  const key = `signup:${person}`
  const answer = await deps.teller.post({
    ...{ kind: 'grant', owner: person, asset: 'credit', key, request: key, actor: 'credits' },
    lotId: idInCell(deps.newId, 'lot', person),
    ...{ amount: BigInt(deps.signUpCredits), source: 'signup', refundable: false },
    ...{ priority: priorityOf('signup', false), description: '注册赠送' },
    ...{ referenceType: 'sign_up', referenceId: person },
  })
  invariant(answer.ok, 'C27', `the ledger refused with ${answer.ok ? '' : answer.code}`)
}
