import Type from 'typebox'
import type { Refusal } from '#kernel/outcome'
import { type Language, speak } from '#kernel/refusals'

export interface FieldFault {
  readonly pointer: string
  readonly detail: string
}

/** RFC 9457. `code` is for programs, `detail` for people in their language, the rest are facts. */
export const problemOf = (
  refusal: Refusal,
  language: Language,
  requestId: string,
  errors?: readonly FieldFault[],
): Record<string, unknown> => {
  const { detail, hint } = speak(refusal, language)
  return {
    ...refusal.facts,
    type: `urn:tongbao:problem:${refusal.code}`,
    title: refusal.code.replaceAll('_', ' '),
    status: refusal.text.status,
    code: refusal.code,
    detail,
    ...(hint !== undefined && { hint }),
    request_id: requestId,
    ...(errors && { errors }),
  }
}

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'A stable name of this kind of problem.' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'What programs decide by.' }),
    detail: Type.String({ description: 'A sentence for people, in the language asked for.' }),
    hint: Type.Optional(Type.String()),
    request_id: Type.String(),
    errors: Type.Optional(
      Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() })),
    ),
  },
  { $id: 'Problem', additionalProperties: true },
)

/** The caller's language: the first of `Accept-Language` that we speak, English otherwise. */
export const languageOf = (accept: string | undefined): Language => {
  const asked = (accept ?? '')
    .slice(0, 200)
    .split(',')
    .map((part) => {
      const [tag = '', ...params] = part.trim().toLowerCase().split(';')
      const weight = params.map((p) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(p)?.[1]).find(Boolean)
      return { tag, weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ tag, weight }) => weight > 0 && /^(zh|en)\b/.test(tag))
    .sort((a, b) => b.weight - a.weight)
  return asked[0]?.tag.startsWith('zh') ? 'zh-CN' : 'en'
}
