import { systemActor } from '#audit'
import { listProducts, type PresetName, seedCatalog } from '#catalog'
import { ROLES, type Role } from '#identity'
import { base32 } from '#kernel/ids'
import type { Facts } from '#kernel/outcome'
import { speak } from '#kernel/refusals'
import { StartRefused } from './start-refused.ts'
import type { World } from './world.ts'

export interface SignIn {
  readonly email: string
  readonly password: string
  readonly role: Role
}

const PASSWORD_BYTES = 8
const NAMES: Readonly<Record<Exclude<Role, 'service'>, string>> = {
  user: 'Lin Xia 林夏',
  creator: 'Chen Mo 陈墨',
  promoter: 'Zhao Yi 赵一',
  support: 'Sun Li 孙莉',
  operator: 'Zhou Hang 周航',
  finance: 'Wu Min 吴敏',
  auditor: 'Zheng Bo 郑波',
  admin: 'Wang Jing 王静',
}

/** One person for each role and two admins, made through the front door like everybody; asked again, they stay. */
export async function demoPeople(world: World): Promise<SignIn[]> {
  // Grown from the secret: the same at every start, another in every installation.
  const password = base32(world.ring.derive('demo people').subarray(0, PASSWORD_BYTES))
  const roles = ROLES.filter((role) => role !== 'service')
  const people = [
    ...roles.map((role) => ({ email: `${role}@demo.example`, role, name: NAMES[role] })),
    // What one admin asks for, another one has to agree to.
    { email: 'admin2@demo.example', role: 'admin' as const, name: 'Qian Wei 钱薇' },
  ]
  for (const person of people) await world.identity.ensurePerson({ ...person, password })
  return people.map(({ email, role }) => ({ email, password, role }))
}

/** Lays out a preset; answers with how many products it added. */
export async function layOut(world: World, preset: PresetName): Promise<number> {
  const added = await seedCatalog(world, preset)
  if (!added.ok) throw new StartRefused(speak(added.refusal, 'en').detail)
  return added.value.length
}

/** Something to sell, where there is nothing yet. */
export const demoProducts = async (world: World): Promise<number> =>
  (await listProducts(world.db)).length === 0 ? layOut(world, 'skyriff') : 0

/** Ways to pay that cost nothing to try: the sandbox, the wallet, a bank transfer. What somebody changed stays. */
export async function demoAccounts(world: World): Promise<void> {
  const common = { merchant: 'demo', enabled: true, minorMin: 1n, minorMax: 5_000_000n }
  const open = async (channel: string, settings: Facts, secrets: Facts) => {
    const want = { ...common, livemode: false, settings, secrets }
    await world.payments.openUnlessThere(channel, 'main', want, systemActor('seed'))
  }
  const signing_secret = base32(world.ring.derive('sandbox signing secret'))
  await open('sandbox', {}, { signing_secret })
  await open('balance', {}, {})
  await open('offline', { instructions: 'Demo Bank, account 0000 0000. Write on it:' }, {})
}
