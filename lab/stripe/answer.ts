/** What Stripe says to a request. */
export interface Answer {
  readonly status: number
  readonly body: object
  /** Whether an endpoint began to work: then its answer is kept for whoever repeats the idempotency key. */
  readonly began: boolean
}

/** Stripe's error object, and the status it comes with. */
export interface Fault {
  readonly status: number
  readonly type:
    | 'api_error'
    | 'card_error'
    | 'idempotency_error'
    | 'invalid_request_error'
    | 'rate_limit_error'
  readonly message: string
  readonly code?: string
  readonly param?: string
  readonly decline_code?: string
  readonly charge?: string
  readonly payment_intent?: object
  readonly payment_method?: object
}

/** Stripe's own objects have words for a status, and only a fault has a number. */
export const isFault = <T extends object>(one: T | Fault): one is Fault =>
  'status' in one && typeof one.status === 'number'

export const ok = (body: object): Answer => ({ status: 200, body, began: true })

/** Refused before anything was tried. */
export const refuse = ({ status, ...error }: Fault): Answer => ({
  status,
  body: { error },
  began: false,
})

/** Tried, and answered with no: the same key gets the same no. */
export const fail = (fault: Fault): Answer => ({ ...refuse(fault), began: true })

export const invalid = (message: string, more: Partial<Fault> = {}): Fault => ({
  status: 400,
  type: 'invalid_request_error',
  message,
  ...more,
})

export const missing = (what: string, id: string, param: string): Fault =>
  invalid(`No such ${what}: '${id}'`, { status: 404, code: 'resource_missing', param })
