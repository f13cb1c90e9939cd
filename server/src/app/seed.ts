import { ROLES, type Role } from '#identity'
import { base32 } from '#kernel/ids'
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

/** One person for each role, made through the front door like everybody; asked again, they stay. */
export async function demoPeople(world: World): Promise<SignIn[]> {
  // Grown from the secret: the same at every start, another in every installation.
  const password = base32(world.ring.derive('demo people').subarray(0, PASSWORD_BYTES))
  const roles = ROLES.filter((role) => role !== 'service')
  const signIns = roles.map((role) => ({ email: `${role}@demo.example`, password, role }))
  for (const signIn of signIns)
    await world.identity.ensurePerson({ ...signIn, name: NAMES[signIn.role] })
  return signIns
}
