import { randomBytes } from 'node:crypto'

/** What PayPal says to a request. */
export interface Answer {
  readonly status: number
  readonly body: object
}

/** Something was made or found: told in full or in brief, as it is when it is told. */
export interface Made {
  readonly status: 200 | 201
  readonly full: () => object
  readonly brief: () => object
}

export const isMade = (said: Answer | Made): said is Made => 'full' in said

export interface Issue {
  readonly issue: string
  readonly description: string
  readonly field?: string
}

const NAMES = {
  400: [
    'INVALID_REQUEST',
    'Request is not well-formed, syntactically incorrect, or violates schema.',
  ],
  401: [
    'AUTHENTICATION_FAILURE',
    'Authentication failed due to missing authorization header, or invalid authentication credentials.',
  ],
  404: ['RESOURCE_NOT_FOUND', 'The specified resource does not exist.'],
  409: ['RESOURCE_CONFLICT', 'The server has detected a conflict while processing this request.'],
  415: ['UNSUPPORTED_MEDIA_TYPE', "The server does not support the request payload's media type."],
  422: [
    'UNPROCESSABLE_ENTITY',
    'The requested action could not be performed, semantically incorrect, or failed business validation.',
  ],
} as const

export function refuse(
  status: keyof typeof NAMES,
  details: readonly Issue[] = [],
  links: readonly object[] = [],
): Answer {
  const [name, message] = NAMES[status]
  return {
    status,
    body: { name, details, message, debug_id: randomBytes(7).toString('hex'), links },
  }
}

/** A rule of business was broken: 422. */
export const unprocessable = (issue: string, description: string): Answer =>
  refuse(422, [{ issue, description }])

export const notFound = (): Answer =>
  refuse(404, [
    {
      issue: 'INVALID_RESOURCE_ID',
      description:
        'Specified resource ID does not exist. Please check the resource ID and try again.',
    },
  ])
