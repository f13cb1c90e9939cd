import type { Json } from '../kit/provider.ts'

/** What the gateway calls the kinds of "no". */
const MESSAGES = {
  '20000': 'Service Currently Unavailable',
  '40001': 'Missing Required Arguments',
  '40002': 'Invalid Arguments',
  '40003': 'Insufficient Conditions',
  '40004': 'Business Failed',
  '40006': 'Insufficient Permissions',
} as const

export interface Refusal {
  readonly ok: false
  readonly code: keyof typeof MESSAGES
  /** `isv.invalid-signature`, `ACQ.TRADE_NOT_EXIST`. */
  readonly sub: string
  readonly text: string
}
export type Said = { readonly ok: true; readonly fields: Json } | Refusal

export const yes = (fields: Json): Said => ({ ok: true, fields })

export const no = (code: Refusal['code'], sub: string, text: string): Refusal => ({
  ok: false,
  code,
  sub,
  text,
})

export const failed = (sub: string, text: string): Refusal => no('40004', sub, text)

export const badField = (name: string, why = 'is missing or malformed'): Refusal =>
  failed('ACQ.INVALID_PARAMETER', `参数无效: ${name} ${why}`)

/** As the old gateway writes it: always 200, the outcome in `code`. */
export const v1Fields = (said: Said): Json =>
  said.ok
    ? { code: '10000', msg: 'Success', ...said.fields }
    : { code: said.code, msg: MESSAGES[said.code], sub_code: said.sub, sub_msg: said.text }

/** As the new one does: the outcome in the status, and the gateway's own words without where they come from. */
export const v3Answer = (said: Said): { readonly status: number; readonly fields: Json } =>
  said.ok
    ? { status: 200, fields: said.fields }
    : {
        status: said.code === '20000' ? 500 : said.code === '40006' ? 403 : 400,
        fields: { code: said.sub.replace(/^(?:isv|isp|aop)\./, ''), message: said.text, links: [] },
      }
