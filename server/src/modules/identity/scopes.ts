/** What can be done, `area:verb`. A route names one; roles and keys hold some. */
export const SCOPES = [
  'audit:export',
  'audit:read',
  'clock:move',
  'jobs:read',
  'jobs:retry',
  'keys:manage',
  'mailbox:read',
  'metrics:read',
  'people:ban',
  'people:read',
  'people:roles',
] as const
export type KnownScope = (typeof SCOPES)[number]

export const ROLES = [
  'user',
  'creator',
  'promoter',
  'support',
  'operator',
  'finance',
  'auditor',
  'admin',
  'service',
] as const
export type Role = (typeof ROLES)[number]

/** A role that may look at or act on what is not its own: in production it needs a second factor. */
export const STAFF: ReadonlySet<string> = new Set<Role>([
  'support',
  'operator',
  'finance',
  'auditor',
  'admin',
])

/** Total on purpose: a new role does not compile until somebody has decided what it may do. */
export const SCOPES_OF: Readonly<Record<Role, readonly KnownScope[]>> = {
  user: [],
  creator: [],
  promoter: [],
  support: ['people:read'],
  operator: ['people:read', 'people:ban', 'jobs:read', 'jobs:retry', 'mailbox:read'],
  finance: ['people:read', 'audit:read'],
  auditor: ['people:read', 'audit:read', 'audit:export', 'jobs:read'],
  admin: SCOPES,
  service: ['metrics:read'],
}

const isRole = (unchecked: string): unchecked is Role =>
  (ROLES as readonly string[]).includes(unchecked)

export const isScope = (unchecked: string): unchecked is KnownScope =>
  (SCOPES as readonly string[]).includes(unchecked)

export const scopesOf = (roles: readonly string[]): ReadonlySet<string> =>
  new Set(roles.filter(isRole).flatMap((role) => SCOPES_OF[role]))
