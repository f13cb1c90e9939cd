import type { JobKind } from '#kernel/jobs'
import { anchorHeads, checkAnchors } from './verify-anchors.ts'
import { VERIFY_JOB_S_MAX } from './verify-limits.ts'
import { type JudgeDeps, judgeLedger, sayFault } from './verify-verdict.ts'

export const ledgerJobs = (deps: JudgeDeps): JobKind<object>[] => [
  {
    name: 'ledger.verify',
    cron: '23 3 * * *',
    timeoutS: VERIFY_JOB_S_MAX,
    run: async () => {
      await judgeLedger(deps, { by: 'job' })
    },
  },
  {
    name: 'ledger.anchor',
    cron: '41 * * * *',
    run: async () => {
      const where = { ...deps, folder: deps.dataFolder }
      // First what was anchored before: a tail that was cut off shows within the hour.
      const { faults } = await checkAnchors(where)
      for (const fault of faults) deps.log.error({ module: 'ledger' }, sayFault(fault))
      await anchorHeads(where)
    },
  },
]
