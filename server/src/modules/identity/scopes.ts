/** What can be done, `area:verb`. A route names one; roles and keys hold some. */
export const SCOPES = [
  'audit:export',
  'audit:read',
  'channels:read',
  'channels:write',
  'clock:move',
  'credits:charge',
  'credits:grant',
  'credits:guard',
  'credits:read',
  'credits:read_all',
  'credits:top_up',
  'credits:transfer',
  'hooks:read',
  'hooks:rerun',
  'jobs:read',
  'jobs:retry',
  'keys:manage',
  'ledger:read',
  'mailbox:read',
  'metrics:read',
  'payments:offline',
  'payments:pay',
  'payments:read',
  'payments:read_all',
  'payments:refund',
  'people:ban',
  'people:read',
  'people:roles',
  'prices:read',
  'prices:write',
  'products:read',
  'products:write',
  'proposals:decide',
  'proposals:read',
  'reports:read',
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

/** Whoever signs in may look at what is theirs; `read_all` lets a person name somebody else. */
const OWN = [
  'credits:read',
  'credits:top_up',
  'payments:pay',
  'payments:read',
] as const satisfies readonly KnownScope[]
const ANYBODYS = [...OWN, 'credits:read_all'] as const satisfies readonly KnownScope[]

/** Total on purpose: a new role does not compile until somebody has decided what it may do. */
export const SCOPES_OF: Readonly<Record<Role, readonly KnownScope[]>> = {
  user: OWN,
  creator: OWN,
  promoter: OWN,
  support: [...ANYBODYS, 'people:read', 'payments:read_all'],
  operator: [
    ...ANYBODYS,
    ...(['people:read', 'people:ban', 'jobs:read', 'jobs:retry', 'mailbox:read'] as const),
    ...(['prices:read', 'prices:write', 'credits:guard'] as const),
    ...(['products:read', 'products:write', 'payments:read_all', 'channels:read'] as const),
    ...(['hooks:read', 'hooks:rerun', 'reports:read'] as const),
  ],
  finance: [
    ...ANYBODYS,
    ...(['people:read', 'audit:read', 'ledger:read', 'prices:read', 'proposals:read'] as const),
    ...(['products:read', 'payments:read_all', 'payments:refund', 'channels:read'] as const),
    // Each kind of proposal asks for its own scope besides: of these only what moves payments.
    ...(['hooks:read', 'payments:offline', 'proposals:decide', 'reports:read'] as const),
  ],
  auditor: [
    ...ANYBODYS,
    ...(['people:read', 'audit:read', 'audit:export', 'jobs:read'] as const),
    ...(['ledger:read', 'prices:read', 'products:read', 'proposals:read'] as const),
    ...(['payments:read_all', 'channels:read', 'hooks:read', 'reports:read'] as const),
  ],
  admin: SCOPES,
  service: [
    ...ANYBODYS,
    ...(['credits:charge', 'credits:grant', 'credits:guard', 'credits:transfer'] as const),
    ...(['metrics:read', 'payments:refund'] as const),
  ],
}

const isRole = (unchecked: string): unchecked is Role =>
  (ROLES as readonly string[]).includes(unchecked)

export const isScope = (unchecked: string): unchecked is KnownScope =>
  (SCOPES as readonly string[]).includes(unchecked)

export const scopesOf = (roles: readonly string[]): ReadonlySet<string> =>
  new Set(roles.filter(isRole).flatMap((role) => SCOPES_OF[role]))
