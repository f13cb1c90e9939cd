import type { Database } from '#kernel/db'
import type { JobKind } from '#kernel/jobs'
import { forgetExpired } from './store.ts'

export const identityJobs = (deps: { readonly db: Database }): JobKind<object>[] => [
  { name: 'identity.forget_expired', cron: '41 3 * * *', run: () => forgetExpired(deps.db) },
]
