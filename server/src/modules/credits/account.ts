import { findOwnersByExternalId, knownOwners, ownerByExternalId } from '#identity'
import type { Clock } from '#kernel/clock'
import { crashPoint } from '#kernel/crash-points'
import type { Database } from '#kernel/db'
import type { NewId } from '#kernel/ids'
import { done, type Outcome } from '#kernel/outcome'
import type { Principal } from '#kernel/routes'
import type { AccountName } from '#ledger'
import { owners } from './owners.ts'
import { credits } from './refusals.ts'

interface Named {
  readonly owner?: string | undefined
  readonly external_id?: string | undefined
  readonly asset?: string | undefined
}

const OURS = /^usr_[0-9a-z]{26}$/

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
  const byId = owners((ids) => knownOwners(deps.db, ids))
  const byExternalId = owners((names) => findOwnersByExternalId(deps.db, names))
  /** Whoever names one of ours as one of theirs means ours, and would fill an account that nobody looks at. */
  const isOurs = async (text: string) => OURS.test(text) && (await byId(text)) !== undefined
  const find = async (externalId: string, isKey: boolean) => {
    const known = await byExternalId(externalId)
    if (known !== undefined || !isKey || (await isOurs(externalId))) return known
    const made = await ownerByExternalId(deps, externalId)
    crashPoint('account.owner_made')
    return made
  }
  const named = async (principal: Principal, { owner, external_id }: Named) => {
    if (!mayName(principal, owner)) return undefined
    if (external_id !== undefined) return find(external_id, principal.kind === 'key')
    return owner === undefined ? undefined : byId(owner)
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
