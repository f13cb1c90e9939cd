import { Value } from 'typebox/value'
import { type Actor, type AuditDeps, writeAudit } from '#audit'
import { type Keyring, sha256 } from '#kernel/crypto'
import { type Database, inTx } from '#kernel/db'
import { tell } from '#kernel/outbox'
import { done, type Facts, type Outcome } from '#kernel/outcome'
import { signal } from '#kernel/signals'
import {
  findAccount,
  type KeptAccount,
  lockAccount,
  openAccount,
  saveAccount,
  sealSecrets,
} from './account-store.ts'
import { hasAttempts } from './attempt-store.ts'
import type { Channel, ChannelName } from './channel.ts'
import type { Channels } from './channels.ts'
import { ACCOUNTS_CHANGED, type KnownAccounts } from './known-accounts.ts'
import { payments } from './refusals.ts'

export interface SettingDeps extends AuditDeps {
  readonly db: Database
  readonly ring: Keyring
  readonly channels: Channels
  readonly sandboxAllowed: boolean
  readonly knownAccounts: KnownAccounts
}

export interface AccountWanted {
  readonly merchant: string
  readonly livemode: boolean
  readonly enabled: boolean
  readonly settings: Facts
  /** Left out, those that are kept stay. */
  readonly secrets?: Facts | undefined
  /** Left out, as they were. */
  readonly minorMin?: bigint
  readonly minorMax?: bigint
}

interface Limits {
  readonly minorMin: bigint
  readonly minorMax: bigint
}
const USUAL: Limits = { minorMin: 1n, minorMax: 5_000_000n }

const limitsOf = (want: Partial<Limits>, before: Limits = USUAL): Limits => ({
  minorMin: want.minorMin ?? before.minorMin,
  minorMax: want.minorMax ?? before.minorMax,
})

/** Opens or changes an account. What is secret goes in and never comes out; the trail says that it changed. */
export async function setAccount(
  deps: SettingDeps,
  channelName: string,
  name: string,
  want: AccountWanted,
  actor: Actor,
): Promise<Outcome<KeptAccount, 'channel_unknown' | 'account_invalid'>> {
  const channel = deps.channels.get(channelName)
  if (!channel) return payments.no('channel_unknown')
  // It is part of an address.
  if (!/^[a-z0-9_-]{1,32}$/.test(name))
    return payments.no('account_invalid', { why: 'its name is not of a-z 0-9 _ -, 32 letters' })
  if (channel.name === 'sandbox' && want.livemode)
    return payments.no('account_invalid', { why: 'the sandbox moves no real money' })
  if (channel.name === 'sandbox' && want.enabled && !deps.sandboxAllowed)
    return payments.no('account_invalid', { why: 'the sandbox is shut in production' })
  const outcome = await inTx(deps.db, async (tx) => {
    const before = await lockAccount(tx, channelName, name)
    const secrets = want.secrets ?? (before ? openAccount(deps.ring, before).secrets : undefined)
    const isOther =
      before && (before.merchant !== want.merchant || before.livemode !== want.livemode)
    if (isOther && (await hasAttempts(tx, channelName, name)))
      return payments.no('account_invalid', { why: 'payments were made with another merchant' })
    const limits = limitsOf(want, before)
    const why = whyInvalid(channel, { ...want, ...limits }, secrets)
    if (why !== undefined || secrets === undefined)
      return payments.no('account_invalid', { why: why ?? 'secrets are missing' })
    const account = {
      ...{ channel: channelName as ChannelName, name, merchant: want.merchant },
      ...{ livemode: want.livemode, enabled: want.enabled, settings: want.settings },
      ...limits,
      sealed: sealSecrets(deps.ring, { channel: channelName, name }, secrets),
    }
    await saveAccount(tx, account, deps.clock.now())
    await signal(tx, ACCOUNTS_CHANGED)
    await writeAudit(tx, deps, actor, {
      action: 'payments.account_changed',
      target: { kind: 'channel_account', id: `${channelName}/${name}` },
      ...(before && { before: shown(before) }),
      after: { ...shown(account), secrets: want.secrets ? 'changed' : 'kept' },
      result: 'done',
    })
    await tell(tx, deps.clock, {
      topic: 'payments.account_changed',
      data: { channel: channelName, account: name, enabled: want.enabled },
    })
    return done((await findAccount(tx, channelName, name)) as KeptAccount)
  })
  deps.knownAccounts.forget()
  return outcome
}

/** Who changes where messages are believed to come from leaves a trace, without what it is. */
const shown = (account: Omit<KeptAccount, 'changedAt'>) => {
  const { enabled, livemode, minorMin, minorMax, merchant, settings } = account
  return {
    merchant,
    settings: sha256(JSON.stringify(settings)).toString('hex').slice(0, 16),
    ...{ enabled, livemode, minor_min: Number(minorMin), minor_max: Number(minorMax) },
  }
}

/** The name of the field and what it should be: never what it was. */
function whyInvalid(
  channel: Pick<Channel, 'settings' | 'secrets' | 'merchantSetting' | 'whyNot'>,
  want: AccountWanted & Limits,
  secrets: Facts | undefined,
): string | undefined {
  for (const [part, schema, value] of [
    ['settings', channel.settings, want.settings],
    ['secrets', channel.secrets, secrets ?? {}],
  ] as const) {
    const [fault] = Value.Errors(schema, value)
    if (fault) return `${part}${fault.instancePath} ${fault.message}`
  }
  const { merchantSetting: name } = channel
  if (name !== undefined && want.settings[name] !== want.merchant)
    return `merchant is not what settings say in ${name}`
  // Settings are shown to staff.
  if (/PRIVATE KEY/.test(JSON.stringify(want.settings))) return 'settings hold a private key'
  if (want.minorMin > want.minorMax) return 'minor_min is above minor_max'
  // Whatever it is, it can be turned off.
  return want.enabled ? channel.whyNot?.(want.livemode, (secrets ?? {}) as never) : undefined
}
