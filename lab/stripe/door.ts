import { timingSafeEqual } from 'node:crypto'
import type { LabRequest } from '../kit/provider.ts'
import { type Fault, invalid } from './answer.ts'
import { type Form, parseForm } from './form.ts'
import { API_VERSION } from './merchant.ts'

/** What Stripe asks of each request before it looks at what is wanted. */
export function knock(
  { method, url, headers, body }: LabRequest,
  secretKey: string,
): { readonly form: Form } | Fault {
  const fault = keyFault(headers['authorization'], secretKey) ?? versionFault(headers)
  if (fault) return fault
  const type = headers['content-type'] ?? ''
  if (method !== 'GET' && body.length > 0 && !type.startsWith('application/x-www-form-urlencoded'))
    return invalid(
      'Invalid request (check that your POST content type is application/x-www-form-urlencoded).',
    )
  const form = parseForm(method === 'GET' ? url.search.slice(1) : body.toString('utf8'))
  return form ? { form } : invalid('Invalid request (the form cannot be read).')
}

function keyFault(authorization: string | undefined, secretKey: string): Fault | undefined {
  const [, scheme = '', token = ''] = authorization?.match(/^(Bearer|Basic) (\S+)$/i) ?? []
  if (token === '')
    return invalid('You did not provide an API key in the Authorization header.', { status: 401 })
  const key =
    scheme.toLowerCase() === 'basic'
      ? (Buffer.from(token, 'base64').toString('utf8').split(':')[0] ?? '')
      : token
  return isSame(key, secretKey)
    ? undefined
    : invalid('Invalid API Key provided.', { status: 401, code: 'api_key_invalid' })
}

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/**
 * Without the header Stripe takes the version the account was made with, which nobody sees in the code: here it has
 * to be said, and it has to be the one whose shapes are played.
 */
function versionFault(headers: LabRequest['headers']): Fault | undefined {
  const version = headers['stripe-version']
  if (version === API_VERSION) return undefined
  return invalid(
    version === undefined
      ? 'This lab wants a Stripe-Version header.'
      : `Invalid Stripe API version: ${version}. This lab plays ${API_VERSION}.`,
  )
}
