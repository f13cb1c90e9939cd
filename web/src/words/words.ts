import { i18n, type Messages } from '@lingui/core'
import { useLingui } from '@lingui/react'
import { useCallback } from 'react'
import { keep } from '~/app/kept.ts'
import type { zh as billing } from '~/words/billing/zh.ts'
import type { zh as console_ } from '~/words/console/zh.ts'
import type { zh as credits } from '~/words/credits/zh.ts'
import type { zh as kit } from '~/words/kit/zh.ts'
import type { zh as kitPage } from '~/words/kit-page/zh.ts'
import type { zh as portal } from '~/words/portal/zh.ts'
import type { zh as settings } from '~/words/settings/zh.ts'
import type { zh as shell } from '~/words/shell/zh.ts'
import type { zh as signIn } from '~/words/sign-in/zh.ts'
import type { zh as topUp } from '~/words/top-up/zh.ts'

/** The areas that have words; each is loaded with its area, in the chosen language alone. */
interface Areas {
  readonly kit: typeof kit
  readonly portal: typeof portal
  readonly credits: typeof credits
  readonly 'top-up': typeof topUp
  readonly billing: typeof billing
  readonly settings: typeof settings
  readonly shell: typeof shell
  readonly 'sign-in': typeof signIn
  readonly console: typeof console_
  readonly 'kit-page': typeof kitPage
}

export type Area = keyof Areas
export type Key<A extends Area> = keyof Areas[A] & string
type Values = Readonly<Record<string, string | number>>
export type Say<A extends Area> = (key: Key<A>, values?: Values) => string

export const LANGUAGES = ['zh-CN', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

type List = Readonly<Record<'zh' | 'en', Messages>>
const files = import.meta.glob<List>('./*/{zh,en}.ts')
const wanted = new Set<Area>()

/** What the first script found: chosen before, or asked for by the browser. */
export const languageNow = (): Language =>
  document.documentElement.lang === 'zh-CN' ? 'zh-CN' : 'en'

export async function loadWords(...areas: readonly Area[]): Promise<void> {
  for (const area of areas) wanted.add(area)
  await show(languageNow(), areas)
}

export async function chooseLanguage(language: Language): Promise<void> {
  await show(language, [...wanted])
  keep('language', language)
}

async function show(language: Language, areas: readonly Area[]): Promise<void> {
  const name = language === 'zh-CN' ? 'zh' : 'en'
  const lists = await Promise.all(
    areas.map(async (area) => [area, (await files[`./${area}/${name}.ts`]?.())?.[name]] as const),
  )
  const named = lists.flatMap(([area, list]) =>
    Object.entries(list ?? {}).map(([key, text]) => [`${area}:${key}`, text] as const),
  )
  i18n.load(language, Object.fromEntries(named))
  i18n.activate(language)
  document.documentElement.lang = language
}

/** The words of an area in the language of now: `const say = useWords('portal')`, `say('home.title')`. */
export function useWords<A extends Area>(area: A): Say<A> {
  const { i18n: words } = useLingui()
  const { locale } = words
  return useCallback(
    // The language stands among the dependencies: with another one, whoever shows words shows them anew.
    (key, values) => (locale ? words._(`${area}:${key}`, values) : ''),
    [words, area, locale],
  )
}

export const useLanguage = (): Language => {
  const { i18n: words } = useLingui()
  return words.locale === 'zh-CN' ? 'zh-CN' : 'en'
}

/** Of what the server keeps in both languages, the one of the reader. */
export function useText(): (texts: { readonly en: string; readonly zh: string }) => string {
  const language = useLanguage()
  return ({ en, zh }) => (language === 'en' ? en : zh)
}
