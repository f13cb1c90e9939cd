import type { Actor } from '#audit'
import { done, type Outcome } from '#kernel/outcome'
import type { AuthCall } from './auth.ts'
import { type KnockDeps, type KnockRefusal, knock } from './knock.ts'
import { identity } from './refusals.ts'
import { endSessions } from './store.ts'
import { deleteWechatKeys, hasPassword } from './wechat-store.ts'

interface Want {
  readonly password: string
  readonly sessionId: string | undefined
  readonly actor: Actor
  readonly headers: AuthCall['headers']
}

type No = KnockRefusal | 'wechat_not_bound' | 'only_way_in'

/** Takes WeChat away as a way in, and ends the other sessions: one of them may have come by it. */
export async function unbindWechat(deps: KnockDeps, want: Want): Promise<Outcome<undefined, No>> {
  const { actor, headers, password, sessionId } = want
  if (!(await hasPassword(deps.db, actor.id))) return identity.no('only_way_in')
  const asked = {
    method: 'POST' as const,
    path: '/verify-password',
    action: 'identity.wechat_unbound',
    body: { password },
    ...{ actor, headers },
  }
  const outcome = await knock(deps, asked, async (tx) => {
    // Waits for those who come in by it at this moment, so that their sessions are seen and end, too.
    if ((await deleteWechatKeys(tx, actor.id)) === 0) return identity.no('wechat_not_bound')
    await endSessions(tx, actor.id, sessionId === undefined ? {} : { except: sessionId })
    return undefined
  })
  return outcome.ok ? done(undefined) : outcome
}
