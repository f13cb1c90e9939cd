export { accounts, mayName, type WhichAccount } from './account.ts'
export { personBehind } from './by-hand.ts'
export { intentOf } from './intent.ts'
export { creditsJobs, rollUpBooks } from './jobs.ts'
export { keyMakers } from './key-makers.ts'
export { openCredits } from './open-credits.ts'
export {
  followMoney,
  grantOrder,
  type OrderCredits,
  planWayBack,
  unspentOf,
} from './order-credits.ts'
export { entryAnswer } from './read-routes.ts'
export { credits as creditRefusals } from './refusals.ts'
export { KEYED, NAMING } from './replay.ts'
export { openSealer } from './sealer.ts'
export { isSource, priorityOf } from './sources.ts'
export { gatherTraffic } from './traffic.ts'
