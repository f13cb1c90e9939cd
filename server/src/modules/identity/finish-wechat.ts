import { type Actor, writeAudit } from '#audit'
import { sha256 } from '#kernel/crypto'
import { inTx, type Tx, violatedConstraint } from '#kernel/db'
import type { Log } from '#kernel/log'
import { done, type Outcome } from '#kernel/outcome'
import type { Language } from '#kernel/refusals'
import { askWechat, type WechatLogin } from './ask-wechat.ts'
import { type AuthAnswer, type AuthCall, VOUCHED_PATH } from './auth.ts'
import { type KnockDeps, type KnockRefusal, knock } from './knock.ts'
import { identity } from './refusals.ts'
import { welcome } from './sign-up.ts'
import { lockPerson } from './store.ts'
import { keysOf, nameOf, type WechatPerson, whose } from './wechat-person.ts'
import {
  type Attempt,
  holdersOf,
  insertKeys,
  insertPerson,
  KEY_ONCE,
  takeAttempt,
  wechatSince,
} from './wechat-store.ts'

interface Deps extends KnockDeps {
  readonly wechat: WechatLogin
  readonly log: Log
}

interface Want {
  readonly state: string | undefined
  /** Absent where somebody said no in WeChat. */
  readonly code: string | undefined
  /** What the browser that began it knows. */
  readonly browserSecret: string | undefined
  readonly actor: Actor
  readonly headers: AuthCall['headers']
}

type FinishRefusal =
  | 'wechat_expired'
  | 'wechat_denied'
  | 'wechat_refused'
  | 'wechat_unavailable'
  | BindRefusal

type BindRefusal = 'wechat_other_person' | 'wechat_taken' | 'wechat_bound'

export interface Finished {
  /** Undefined where it is not known whether, or not by this browser, it was begun. */
  readonly attempt: Attempt | undefined
  /** What better-auth answered to a sign-in; a binding opens no session. */
  readonly outcome: Outcome<AuthAnswer | undefined, FinishRefusal | KnockRefusal>
}

/**
 * The browser is back from WeChat. The attempt is used up first, whatever comes of it, and in a statement of its own:
 * then WeChat is asked, outside of every transaction, and only then somebody is signed in or bound.
 */
export async function finishWechat(deps: Deps, want: Want): Promise<Finished> {
  const attempt = await take(deps, want)
  const asked = await ask(deps, want, attempt)
  if (!attempt || !asked.ok) {
    const { refusal } = asked.ok ? identity.no('wechat_expired') : asked
    await inTx(deps.db, (tx) =>
      writeAudit(tx, deps, want.actor, {
        action: attempt?.personId ? 'identity.wechat_bound' : 'identity.signed_in',
        target: { kind: 'person', id: attempt?.personId ?? 'unknown' },
        after: { source: 'wechat' },
        result: 'refused',
        reason: refusal.code,
      }),
    )
    return { attempt, outcome: { ok: false, refusal } }
  }
  const { personId } = attempt
  const outcome =
    personId === null
      ? await signIn(deps, want, asked.value, attempt.locale)
      : await bind(deps, want.actor, asked.value, personId)
  return { attempt, outcome }
}

const take = async (deps: Deps, { state, browserSecret }: Want): Promise<Attempt | undefined> =>
  state === undefined || browserSecret === undefined
    ? undefined
    : takeAttempt(deps.db, { state: sha256(state), browser: sha256(browserSecret) })

async function ask(
  deps: Deps,
  { code, actor }: Want,
  attempt: Attempt | undefined,
): Promise<Outcome<WechatPerson, FinishRefusal>> {
  if (!attempt) return identity.no('wechat_expired')
  if (attempt.personId !== null && attempt.personId !== actor.id)
    return identity.no('wechat_other_person')
  if (code === undefined) return identity.no('wechat_denied')
  return askWechat(deps, code)
}

function signIn(
  deps: Deps,
  { actor, headers }: Want,
  scanned: WechatPerson,
  language: Language,
): Promise<Outcome<AuthAnswer, KnockRefusal>> {
  return knock(deps, {
    method: 'POST',
    path: VOUCHED_PATH,
    action: 'identity.signed_in',
    after: { source: 'wechat' },
    actor,
    headers,
    vouch: (tx) => findOrMake(deps, tx, { actor, scanned, language }),
  })
}

interface Scanned {
  readonly actor: Actor
  readonly scanned: WechatPerson
  readonly language: Language
}

/** Whose WeChat this is, with every key it came with; somebody new where it is nobody's yet. */
async function findOrMake(deps: Deps, tx: Tx, { actor, scanned, language }: Scanned) {
  const keys = keysOf(deps.wechat.appid, scanned)
  const { personId, alsoHeldBy, free } = whose(keys, await holdersOf(tx, keys))
  if (personId !== undefined) {
    await insertKeys(tx, deps.newId, personId, free)
    if (alsoHeldBy !== undefined)
      await writeAudit(tx, deps, actor, {
        action: 'identity.wechat_held_twice',
        target: { kind: 'person', id: alsoHeldBy },
        after: { source: 'wechat', target_id: personId },
        result: 'done',
      })
    return { personId, action: 'identity.signed_in' }
  }
  const id = deps.newId('usr')
  await insertPerson(tx, { id, name: nameOf(scanned.nickname, language) })
  await insertKeys(tx, deps.newId, id, free)
  await welcome(tx, deps.clock, { id, language })
  return { personId: id, action: 'identity.signed_up' }
}

async function bind(
  deps: Deps,
  actor: Actor,
  scanned: WechatPerson,
  personId: string,
): Promise<Outcome<undefined, BindRefusal>> {
  try {
    return await bindOnce(deps, actor, scanned, personId)
  } catch (error) {
    // The same WeChat came in somewhere else at this moment; now it is seen who has it.
    if (violatedConstraint(error) === KEY_ONCE) return bindOnce(deps, actor, scanned, personId)
    throw error
  }
}

function bindOnce(
  deps: Deps,
  actor: Actor,
  scanned: WechatPerson,
  personId: string,
): Promise<Outcome<undefined, BindRefusal>> {
  return inTx(deps.db, async (tx) => {
    await lockPerson(tx, personId)
    const keys = keysOf(deps.wechat.appid, scanned)
    const held = await holdersOf(tx, keys)
    const refusal = await refusalOf(
      tx,
      personId,
      held.map((key) => key.personId),
    )
    if (!refusal) await insertKeys(tx, deps.newId, personId, whose(keys, held).free)
    await writeAudit(tx, deps, actor, {
      action: 'identity.wechat_bound',
      target: { kind: 'person', id: personId },
      after: { source: 'wechat' },
      ...(refusal
        ? { result: 'refused' as const, reason: refusal.refusal.code }
        : { result: 'done' as const }),
    })
    return refusal ?? done(undefined)
  })
}

async function refusalOf(tx: Tx, personId: string, holders: readonly string[]) {
  if (holders.some((holder) => holder !== personId)) return identity.no('wechat_taken')
  if (holders.length === 0 && (await wechatSince(tx, personId))) return identity.no('wechat_bound')
  return undefined
}
