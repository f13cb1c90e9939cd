import { useNavigate, useSearch } from '@tanstack/react-router'
import type { CreditsSearch } from '~/portal/credits/search.ts'

/** The address of this page, and a way to change parts of it. */
export function useCreditsSearch() {
  const search = useSearch({ from: '/portal/credits' })
  const navigate = useNavigate({ from: '/credits' })
  const change = (part: CreditsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true })
  return { search, change }
}
