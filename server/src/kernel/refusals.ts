import type { Facts, Refusal } from '#kernel/outcome'

/** How a "no" reads. `{name}` in a text is replaced by the fact of that name. */
export interface RefusalText {
  readonly status: 400 | 401 | 402 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503
  readonly en: string
  readonly zh: string
  readonly hint?: { readonly en: string; readonly zh: string }
}

export type Language = 'en' | 'zh-CN'

export interface Refusals<Code extends string> {
  readonly texts: Readonly<Record<Code, RefusalText>>
  no<C extends Code>(code: C, facts?: Facts): { readonly ok: false; readonly refusal: Refusal<C> }
}

/** Declares every "no" a module can say; a code is declared once in the whole house (tidy). */
export const defineRefusals = <const Code extends string>(
  texts: Readonly<Record<Code, RefusalText>>,
): Refusals<Code> => ({
  texts,
  no: (code, facts = {}) => ({ ok: false, refusal: { code, text: texts[code], facts } }),
})

/** The sentence a person reads. A fact that is missing stays visible as `{name}` rather than vanish. */
export const speak = (refusal: Refusal, language: Language): { detail: string; hint?: string } => {
  const tongue = language === 'zh-CN' ? 'zh' : 'en'
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const fact = refusal.facts[name]
      return fact === undefined ? whole : String(fact)
    })
  const hint = refusal.text.hint?.[tongue]
  return { detail: fill(refusal.text[tongue]), ...(hint && { hint: fill(hint) }) }
}
