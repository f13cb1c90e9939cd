import type { JobKind } from '#kernel/jobs'
import { type SealDeps, sealEntries } from './seal-entries.ts'

export const auditJobs = (deps: SealDeps): JobKind<object>[] => [
  {
    name: 'audit.seal',
    cron: '* * * * *',
    run: async () => {
      await sealEntries(deps)
    },
  },
]
