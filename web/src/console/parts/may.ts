import { useQuery } from '@tanstack/react-query'
import type { Body } from '@tongbao/sdk'
import { meQuery } from '~/app/queries.ts'

export type Scope = NonNullable<Body<'create_api_key'>['scopes']>[number]

/** Whether who is signed in may do something; what they may not do they are not shown. */
export function useMay(): (scope: Scope) => boolean {
  const { data } = useQuery(meQuery)
  const scopes = new Set<string>(data?.scopes ?? [])
  return (scope) => scopes.has(scope)
}

export function useMyId(): string | undefined {
  return useQuery(meQuery).data?.user.id
}
