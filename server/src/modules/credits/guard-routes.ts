import Type from 'typebox'
import { actorOf } from '#audit'
import { isOwner } from '#identity'
import type { Instant } from '#kernel/clock'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import type { Desk } from './deps.ts'
import { CAPPED_ASSET, type Every, type Guard, resetsAt, startOf } from './guard.ts'
import { findGuard, spentIn } from './guard-store.ts'
import { CAP_MAX } from './limits.ts'
import { credits } from './refusals.ts'
import { freezeOwner, setCaps } from './set-guard.ts'
import { area, ById, Count, orNull, strict, Text, Time, timeOf } from './shapes.ts'

const Cap = Type.Object(
  { amount: Count, spent: Count, resets_at: Time },
  { ...strict, description: 'How much may be spent in this window, and is spent already' },
)
const Frozen = Type.Object({ at: Time, reason: Type.String() }, strict)

/** What stands between an owner and their credits; null where nothing does. */
export const GuardFields = {
  frozen: orNull(Frozen),
  caps: Type.Object({ day: orNull(Cap), month: orNull(Cap), set_by_staff: Type.Boolean() }, strict),
}
const GuardShape = Type.Object({ owner: Type.String(), ...GuardFields }, strict)

const Max = orNull(
  Type.Integer({ minimum: 0, maximum: CAP_MAX, description: 'Credits; null lifts the cap' }),
)
const CapsBody = { day: Max, month: Max }
const { owner_unknown, caps_fixed } = credits.texts

export const guardRoutes = (desk: Desk): Route[] => [
  ownCapsRoute(desk),
  capsRoute(desk),
  freezeRoute(desk, true),
  freezeRoute(desk, false),
]

export async function guardAnswer(desk: Desk, owner: string) {
  const now = desk.clock.now()
  const guard = await findGuard(desk.db, owner)
  const [day, month] = await Promise.all([
    capAnswer(desk, owner, { every: 'day', max: guard?.dayMax, now }),
    capAnswer(desk, owner, { every: 'month', max: guard?.monthMax, now }),
  ])
  return {
    frozen: guard?.frozen ? { ...guard.frozen } : null,
    caps: { day, month, set_by_staff: guard?.setByStaff ?? false },
  }
}

async function capAnswer(
  desk: Desk,
  who: string,
  cap: { readonly every: Every; readonly max: Guard['dayMax']; readonly now: Instant },
) {
  const { every, max, now } = cap
  if (max === undefined) return null
  const window = { who, every, starts: startOf(every, now) }
  return {
    amount: Number(max),
    spent: Number(await spentIn(desk.db, CAPPED_ASSET, window)),
    resets_at: timeOf(resetsAt(every, now)),
  }
}

const capsOf = ({ day, month }: { day: number | null; month: number | null }) => ({
  dayMax: day === null ? undefined : BigInt(day),
  monthMax: month === null ? undefined : BigInt(month),
})

const ownCapsRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'PUT',
    url: '/api/v1/wallets/me/caps',
    scope: 'me',
    name: 'set_my_caps',
    summary: 'How much of my credits may be spent in a day and in a month (UTC)',
    area,
    body: Type.Object(CapsBody, strict),
    answer: GuardShape,
    refuses: { caps_fixed },
    handle: async (call) => {
      const { id } = call.principal
      const want = { ...capsOf(call.body), byStaff: false, actor: actorOf(call) }
      const outcome = await setCaps(desk, id, want)
      return outcome.ok ? done({ owner: id, ...(await guardAnswer(desk, id)) }) : outcome
    },
  })

const capsRoute = (desk: Desk): Route =>
  defineRoute({
    method: 'PUT',
    url: '/api/v1/owners/:id/caps',
    scope: 'credits:guard',
    name: 'set_owner_caps',
    summary: 'How much an owner may spend in a day and in a month (UTC); the owner cannot lift it',
    area,
    params: ById,
    body: Type.Object({ ...CapsBody, reason: Text }, strict),
    answer: GuardShape,
    refuses: { owner_unknown, caps_fixed },
    handle: async (call) => {
      const { id } = call.params
      if (!(await isOwner(desk.db, id))) return credits.no('owner_unknown')
      const { reason } = call.body
      const want = { ...capsOf(call.body), byStaff: true, reason, actor: actorOf(call) }
      const outcome = await setCaps(desk, id, want)
      return outcome.ok ? done({ owner: id, ...(await guardAnswer(desk, id)) }) : outcome
    },
  })

const freezeRoute = (desk: Desk, isFrozen: boolean): Route =>
  defineRoute({
    method: 'POST',
    url: `/api/v1/owners/:id/${isFrozen ? 'freeze' : 'unfreeze'}`,
    scope: 'credits:guard',
    name: isFrozen ? 'freeze_owner' : 'unfreeze_owner',
    summary: isFrozen
      ? 'Let nothing leave this owner: no charge, no hold, no transfer'
      : 'Let this owner spend again',
    area,
    params: ById,
    body: Type.Object({ reason: Text }, strict),
    answer: GuardShape,
    refuses: { owner_unknown },
    handle: async (call) => {
      const { id } = call.params
      if (!(await isOwner(desk.db, id))) return credits.no('owner_unknown')
      await freezeOwner(desk, id, { isFrozen, reason: call.body.reason, actor: actorOf(call) })
      return done({ owner: id, ...(await guardAnswer(desk, id)) })
    },
  })
