export type { Passwords } from './auth.ts'
export { createKey } from './create-key.ts'
export { findOwner, findOwners, listOwners, type Owner } from './find-owners.ts'
export { identityJobs } from './jobs.ts'
export { KEYS_CHANGED } from './key-cache.ts'
export { findKeyCap, listKeys, makerOfKey } from './key-store.ts'
export { type Identity, openIdentity } from './open-identity.ts'
export { ownerByExternalId } from './resolve-owner.ts'
export { revokeKey } from './revoke-key.ts'
export { isScope, ROLES, type Role, SCOPES, SCOPES_OF } from './scopes.ts'
export { SESSION_GONE } from './still-in.ts'
export {
  findOwnerByExternalId,
  findOwnersByExternalId,
  isOwner,
  knownOwners,
  listExternalIds,
} from './store.ts'
