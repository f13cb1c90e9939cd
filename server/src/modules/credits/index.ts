export { creditsJobs } from './jobs.ts'
export { openCredits } from './open-credits.ts'
export { openSealer } from './sealer.ts'
export { isSource, priorityOf } from './sources.ts'
