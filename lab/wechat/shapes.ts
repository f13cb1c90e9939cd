import Type, { type Static, type TSchema } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { type Refusal, refuse } from './answer.ts'

const text = (most: number, least = 1) => Type.String({ minLength: least, maxLength: most })
const fen = (least: number) => Type.Integer({ minimum: least, maximum: 10_000_000_000 })
const currency = Type.Optional(Type.Literal('CNY'))

const OUT_TRADE_NO = Type.String({ pattern: '^[0-9A-Za-z_\\-|*]{6,32}$' })

const order = {
  appid: text(32),
  mchid: text(32),
  description: text(127),
  out_trade_no: OUT_TRADE_NO,
  time_expire: Type.Optional(text(64)),
  attach: Type.Optional(text(128, 0)),
  notify_url: text(255),
  amount: Type.Object({ total: fen(1), currency }),
}

export const NATIVE = Type.Object(order)
export const JSAPI = Type.Object({ ...order, payer: Type.Object({ openid: text(128) }) })
export const H5 = Type.Object({
  ...order,
  scene_info: Type.Object({
    payer_client_ip: text(45),
    h5_info: Type.Object({ type: text(32) }),
  }),
})

export const CLOSE = Type.Object({ mchid: text(32) })

export const REFUND = Type.Object({
  transaction_id: Type.Optional(text(32)),
  out_trade_no: Type.Optional(text(32)),
  out_refund_no: Type.String({ pattern: '^[0-9A-Za-z_\\-|*@]{1,64}$' }),
  reason: Type.Optional(text(80)),
  notify_url: Type.Optional(text(256)),
  amount: Type.Object({ refund: fen(1), total: fen(1), currency: Type.Literal('CNY') }),
})

export const TRANSFER = Type.Object({
  appid: text(32),
  out_bill_no: Type.String({ pattern: '^[0-9A-Za-z]{1,32}$' }),
  transfer_scene_id: text(36),
  openid: text(64),
  user_name: Type.Optional(text(1024)),
  transfer_amount: fen(10),
  transfer_remark: text(32),
  notify_url: Type.Optional(text(256)),
  user_recv_perception: Type.Optional(text(64)),
  transfer_scene_report_infos: Type.Array(
    Type.Object({ info_type: text(15), info_content: text(32) }),
    { minItems: 1, maxItems: 10 },
  ),
})

/** A body of that shape, or which field is wrong. */
export function parse<T extends TSchema>(
  shape: T,
  unchecked: unknown,
): { readonly body: Static<T> } | Refusal {
  if (isOf(shape, unchecked)) return { body: unchecked }
  const wrong = firstFault(shape, unchecked)
  return refuse(400, 'PARAM_ERROR', `${wrong.field}: ${wrong.issue}`, {
    ...wrong,
    location: 'body',
  })
}

const isOf = <T extends TSchema>(shape: T, unchecked: unknown): unchecked is Static<T> =>
  Check(shape, unchecked)

/** Where and what, for people. */
export function firstFault(shape: TSchema, unchecked: unknown): { field: string; issue: string } {
  const [first] = Errors(shape, unchecked)
  return { field: first?.instancePath || '/', issue: first?.message ?? 'not of the right shape' }
}
