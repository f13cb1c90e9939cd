import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { api } from '~/app/api.ts'
import { forget, hearKept, keep, kept } from '~/app/kept.ts'
import { type Me, meQuery, onSignedOut } from '~/app/queries.ts'
import { chooseTheme, type Theme } from '~/app/theme.ts'
import { chooseLanguage, type Language, languageNow } from '~/words/words.ts'

/** What a person chose goes with them to other browsers; here it holds at once, whether or not it could be saved. */
export function useChoices() {
  const queries = useQueryClient()
  const save = async (body: { locale?: Language; theme?: { mode: Theme } }) => {
    if (queries.getQueryData(meQuery.queryKey) === undefined) return
    const me = await api.patch('/api/v1/sessions/me', { body }).catch(() => undefined)
    if (me) queries.setQueryData(meQuery.queryKey, me)
  }
  return {
    setLanguage: async (locale: Language) => {
      await chooseLanguage(locale)
      // What the server has said by then is in the other one.
      void queries.invalidateQueries()
      await save({ locale })
    },
    setTheme: (mode: Theme) => {
      chooseTheme(mode)
      void save({ theme: { mode } })
    },
  }
}

/** A browser in which nothing was chosen yet takes over what its person chose elsewhere. */
export function useTheirChoices(me: Me): void {
  const queries = useQueryClient()
  useEffect(() => {
    if (kept('theme') === undefined) chooseTheme(me.theme.mode)
    if (kept('language') === undefined && me.user.locale !== languageNow())
      void chooseLanguage(me.user.locale).then(() => queries.invalidateQueries())
    keep('in', me.user.id)
    // Signed out in another tab, or somebody else by now: nothing of this page is theirs.
    return hearKept('in', (id) => id !== me.user.id && location.reload())
  }, [me, queries])
}

/** Whoever is signed out against their will is led to where one signs in, and from there back. */
export function useSignedOut(): void {
  const router = useRouter()
  useEffect(() => {
    onSignedOut(() => {
      // Once: each query that is refused would say it again.
      onSignedOut(() => {})
      location.assign(signInFrom(router.latestLocation.href))
    })
  }, [router])
}

/** Another document, so that nothing is kept of what was loaded for somebody. */
export const signInFrom = (path: string): string => `/sign-in?return_to=${encodeURIComponent(path)}`

export async function signOut(): Promise<void> {
  // What is refused from here on is meant to be.
  onSignedOut(() => {})
  await api.post('/api/v1/auth/sign-out').catch(() => undefined)
  forget('in')
  // Anew from nothing: what was loaded belongs to who was in.
  location.assign('/sign-in')
}
