import { CSPProvider } from '@base-ui/react/csp-provider'
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Problem } from '~/app/problem.ts'
import { queryClient } from '~/app/queries.ts'
import { type Area, loadWords } from '~/words/words.ts'

/** Loads the words of the areas and draws the page. */
export async function start(areas: readonly Area[], page: ReactNode): Promise<void> {
  const place = document.getElementById('root')
  if (!place) throw new Error('the page has no place for it')
  await loadWords(...areas)
  createRoot(place, { onCaughtError: complain }).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <CSPProvider disableStyleElements>
          <QueryClientProvider client={queryClient}>{page}</QueryClientProvider>
        </CSPProvider>
      </I18nProvider>
    </StrictMode>,
  )
}

/** What the server refused is said on the page; what broke is for who looks for its cause. */
function complain(error: unknown): void {
  if (!(error instanceof Problem)) reportError(error)
}
