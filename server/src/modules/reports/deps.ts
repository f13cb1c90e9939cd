import type { AuditDeps } from '#audit'
import type { Database } from '#kernel/db'
import type { Jobs } from '#kernel/jobs'

export interface ReportDeps extends AuditDeps {
  readonly db: Database
  readonly jobs: Pick<Jobs, 'queues'>
}
