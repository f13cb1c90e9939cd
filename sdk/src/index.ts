export {
  type ErrorCode,
  type FieldFault,
  InsufficientCreditsError,
  InvalidRequestError,
  isRefusal,
  OwnerFrozenError,
  RateLimitedError,
  SpendCapReachedError,
  TongbaoError,
  UnauthenticatedError,
  UnreachableError,
} from './errors.ts'
export type { EventsHow, TongbaoEvent, Topics } from './events.ts'
export type { Hold, Job, Spent } from './hold.ts'
export type { Answer, Body, Call, How, ListItem, ListPage, ListPath, Query } from './operations.ts'
export type { components, KnownCode, operations, paths } from './schema.gen.ts'
export { createTongbao, type Language, type Tongbao, type TongbaoOptions } from './tongbao.ts'
export { verifyWebhook, type Webhook, WebhookRefusedError } from './webhook.ts'
