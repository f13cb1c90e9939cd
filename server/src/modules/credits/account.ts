import { findOwnerByExternalId, isOwner, ownerByExternalId } from '#identity'
import type { Clock } from '#kernel/clock'
import { crashPoint } from '#kernel/crash-points'
import type { Database } from '#kernel/db'
import type { NewId } from '#kernel/ids'
import { done, type Outcome } from '#kernel/outcome'
import type { Principal } from '#kernel/routes'
import type { AccountName } from '#ledger'
import { OWNERS_REMEMBERED_MAX } from './limits.ts'
import { credits } from './refusals.ts'

interface Named {
  readonly owner?: string | undefined
  readonly external_id?: string | undefined
  readonly asset?: string | undefined
}

export type AccountNo = 'owner_needed' | 'owner_unknown'
export type WhichAccount = (
  principal: Principal,
  named: Named,
) => Promise<Outcome<AccountName, AccountNo>>

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly newId: NewId
}

/**
 * Which account a request is about. A key names anybody's, and makes the owner of an external id on first use.
 * A person who names nobody means their own; only staff may name somebody else, and make nobody.
 */
export function accounts(deps: Deps): WhichAccount {
  const owners = new Set<string>()
  const byExternalId = new Map<string, string>()
  const knows = async (owner: string) => {
    if (owners.has(owner)) return true
    if (!(await isOwner(deps.db, owner))) return false
    if (owners.size >= OWNERS_REMEMBERED_MAX) owners.clear()
    owners.add(owner)
    return true
  }
  const find = async (externalId: string, isKey: boolean) => {
    const known = byExternalId.get(externalId)
    if (known !== undefined) return known
    const owner = isKey
      ? await ownerByExternalId(deps, externalId)
      : await findOwnerByExternalId(deps.db, externalId)
    if (isKey) crashPoint('account.owner_made')
    if (byExternalId.size >= OWNERS_REMEMBERED_MAX) byExternalId.clear()
    if (owner !== undefined) byExternalId.set(externalId, owner)
    return owner
  }
  const named = async (principal: Principal, { owner, external_id }: Named) => {
    if (!mayName(principal, owner)) return undefined
    if (external_id !== undefined) return find(external_id, principal.kind === 'key')
    return owner !== undefined && (await knows(owner)) ? owner : undefined
  }
  return async (principal, want) => {
    const asset = want.asset ?? 'credit'
    const count = Number(want.owner !== undefined) + Number(want.external_id !== undefined)
    if (count === 0 && principal.kind === 'person') return done({ owner: principal.id, asset })
    if (count !== 1) return credits.no('owner_needed')
    const owner = await named(principal, want)
    return owner === undefined ? credits.no('owner_unknown') : done({ owner, asset })
  }
}

/** What a person may not see looks like what is not there. */
export const mayName = (principal: Principal, owner: string | undefined): boolean =>
  principal.kind === 'key' || principal.id === owner || principal.scopes.has('credits:read_all')
