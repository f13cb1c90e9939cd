import Type from 'typebox'
import { type AuditDeps, actorOf, writeAudit } from '#audit'
import { type Database, inTx } from '#kernel/db'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { findAccount, type KeptAccount, listAccounts } from './account-store.ts'
import type { Answered, Ask, Request } from './channel.ts'
import { LAB_FAULTS, type LabFault, labOf, parseFaults, parseSentence } from './lab.ts'
import { LAB_MS_MAX, LAB_TIMES_MAX } from './limits.ts'
import { payments } from './refusals.ts'
import { orNull, strict } from './shapes.ts'

interface Deps extends AuditDeps {
  readonly db: Database
  /** In little time, and little of an answer. */
  readonly ask: Ask
}
interface Played {
  readonly account: KeptAccount
  readonly origin: string
}

const area = 'development'
const BASE = '/api/v1/admin/lab'
const { lab_unknown, lab_silent, lab_refused } = payments.texts

const FaultShape = Type.Object(
  {
    fault: Type.String(),
    everywhere: Type.Boolean({ description: 'At all providers of this lab' }),
    times: orNull(Type.Integer({ description: 'That are left' })),
    share: orNull(Type.Number({ description: 'Of the cases, by chance' })),
    ms: orNull(Type.Integer()),
  },
  strict,
)
const LabShape = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          ...{ channel: Type.String(), account: Type.String() },
          origin: Type.String({ description: 'Where its settings lead to' }),
          answers: Type.Boolean({ description: 'Whether a lab answers there' }),
          faults: Type.Array(FaultShape, { description: 'What stands at this provider' }),
        },
        strict,
      ),
    ),
  },
  strict,
)

/** Faults of the lab, for whoever tries out what the house does then. Not there in production. */
export const labRoutes = (deps: Deps): Route[] => [
  defineRoute({
    method: 'GET',
    url: `${BASE}/faults`,
    scope: 'channels:read',
    name: 'list_lab_faults',
    summary: 'Which providers a lab on this machine plays, and what goes wrong there',
    area,
    answer: LabShape,
    handle: async () => done(await answerOf(deps)),
  }),
  defineRoute({
    method: 'POST',
    url: `${BASE}/faults`,
    scope: 'channels:write',
    name: 'add_lab_fault',
    summary: 'Let something go wrong at a played provider: once, so many times, or by chance',
    area,
    body: Type.Object(
      {
        channel: Type.String({ minLength: 1, maxLength: 64, examples: ['wechat'] }),
        account: Type.String({ minLength: 1, maxLength: 64, examples: ['main'] }),
        fault: Type.Enum(LAB_FAULTS),
        times: Type.Optional(Type.Integer({ minimum: 1, maximum: LAB_TIMES_MAX })),
        share: Type.Optional(Type.Number({ minimum: 0.001, maximum: 1 })),
        ms: Type.Optional(Type.Integer({ minimum: -LAB_MS_MAX, maximum: LAB_MS_MAX })),
      },
      {
        ...strict,
        examples: [{ channel: 'wechat', account: 'main', fault: 'drop_after_commit', times: 1 }],
      },
    ),
    answer: LabShape,
    refuses: { lab_unknown, lab_silent, lab_refused },
    handle: async (call) => {
      const { channel, account, ...fault } = call.body
      const kept = await findAccount(deps.db, channel, account)
      const origin = kept && labOf(kept.settings)
      if (origin === undefined) return payments.no('lab_unknown')
      const body = JSON.stringify({ ...fault, provider: channel })
      const answered = await atDesk(deps, origin, { method: 'POST', body })
      if (answered.lost) return payments.no('lab_silent', { why: answered.why })
      const said = answered.body.toString('utf8')
      if (answered.status === 400)
        return payments.no('lab_refused', { why: parseSentence(said) ?? '400' })
      if (answered.status !== 200 || !parseFaults(said))
        return payments.no('lab_silent', { why: answered.status })
      await note(deps, call, {
        action: 'payments.lab_fault_added',
        target: { kind: 'lab', id: `${channel}/${account}` },
        after: { kind: fault.fault, channel, count: fault.times ?? null },
      })
      return done(await answerOf(deps))
    },
  }),
  defineRoute({
    method: 'DELETE',
    url: `${BASE}/faults`,
    scope: 'channels:write',
    name: 'clear_lab_faults',
    summary: 'Let all go well again at every played provider',
    area,
    answer: LabShape,
    handle: async (call) => {
      const origins = new Set((await played(deps.db)).map(({ origin }) => origin))
      await Promise.all([...origins].map((one) => atDesk(deps, one, { method: 'DELETE' })))
      await note(deps, call, { action: 'payments.lab_cleared', target: { kind: 'lab', id: 'all' } })
      return done(await answerOf(deps))
    },
  }),
]

/** The lab keeps what happened there; here stands who wanted it. */
const note = (
  deps: Deps,
  call: Parameters<typeof actorOf>[0],
  act: Omit<Parameters<typeof writeAudit>[3], 'result'>,
): Promise<void> =>
  inTx(deps.db, (tx) => writeAudit(tx, deps, actorOf(call), { ...act, result: 'done' }))

const atDesk = (deps: Deps, origin: string, what: Omit<Request, 'url'>): Promise<Answered> =>
  deps.ask({
    url: `${origin}/__lab/faults`,
    ...(what.body !== undefined && { headers: { 'content-type': 'application/json' } }),
    ...what,
  })

const played = async (db: Database): Promise<Played[]> =>
  (await listAccounts(db)).flatMap((account) => {
    const origin = labOf(account.settings)
    return origin === undefined ? [] : [{ account, origin }]
  })

const answerOf = async (deps: Deps) => ({
  items: await Promise.all(
    (await played(deps.db)).map(async ({ account: { channel, name }, origin }) => {
      const answered = await atDesk(deps, origin, { method: 'GET' })
      const isThere = !answered.lost && answered.status === 200
      const faults = isThere ? parseFaults(answered.body.toString('utf8')) : undefined
      const here = (faults ?? []).filter(({ provider = channel }) => provider === channel)
      return {
        ...{ channel, account: name, origin, answers: faults !== undefined },
        faults: here.map(faultAnswer),
      }
    }),
  ),
})

const faultAnswer = ({ fault, provider, times, share, ms }: LabFault) => ({
  ...{ fault, everywhere: provider === undefined },
  ...{ times: times ?? null, share: share ?? null, ms: ms ?? null },
})
