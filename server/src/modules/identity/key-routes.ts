import Type from 'typebox'
import { type AuditDeps, actorOf } from '#audit'
import type { Database } from '#kernel/db'
import { door } from '#kernel/http-refusals'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { createKey } from './create-key.ts'
import { type ApiKey, listKeys } from './key-store.ts'
import { KEY_RANGES_MAX } from './limits.ts'
import { identity } from './refusals.ts'
import { revokeKey } from './revoke-key.ts'
import {
  Cursor,
  cursorOf,
  Limit,
  Moment,
  Name,
  parseCursor,
  ScopeName,
  strict,
  Time,
} from './shapes.ts'

interface Deps extends AuditDeps {
  readonly db: Database
  readonly live: boolean
}

const area = 'api keys'
const Kind = Type.Union([Type.Literal('secret'), Type.Literal('publishable')])
const Every = Type.Union([Type.Literal('day'), Type.Literal('month')])
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Cap = Type.Object(
  { amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), every: Every },
  strict,
)

const keyShape = {
  id: Type.String(),
  kind: Kind,
  name: Type.String(),
  shown: Type.String({ description: 'Enough to recognise it; not the key.' }),
  scopes: Type.Array(Type.String()),
  spend_cap: orNull(Cap),
  allow_list: Type.Array(Type.String()),
  created_by: Type.String(),
  created_at: Time,
  expires_at: orNull(Time),
  last_used_at: orNull(Time),
  revoked_at: orNull(Time),
}
const KeyShape = Type.Object(keyShape, strict)

const keyAnswer = (key: ApiKey) => ({
  id: key.id,
  kind: key.kind,
  name: key.name,
  shown: key.shown,
  scopes: [...key.scopes],
  spend_cap:
    key.spendCap === null || key.spendCapEvery === null
      ? null
      : { amount: Number(key.spendCap), every: key.spendCapEvery },
  allow_list: [...key.allowList],
  created_by: key.createdBy,
  created_at: key.createdAt,
  expires_at: key.expiresAt,
  last_used_at: key.lastUsedAt,
  revoked_at: key.revokedAt,
})

export function keyRoutes(deps: Deps): Route[] {
  const { scope_not_held, key_fields_clash, range_invalid, expiry_past } = identity.texts
  return [
    defineRoute({
      method: 'GET',
      url: '/api/v1/api-keys',
      scope: 'keys:manage',
      name: 'list_api_keys',
      summary: 'All keys, newest first',
      area,
      query: Type.Object({ limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) }, strict),
      answer: Type.Object(
        { items: Type.Array(KeyShape), next_cursor: orNull(Type.String()) },
        strict,
      ),
      refuses: { cursor_invalid: door.texts.cursor_invalid },
      handle: async ({ query: { limit = 50, cursor } }) => {
        const before = cursor === undefined ? undefined : parseCursor(cursor)
        if (cursor !== undefined && !before) return door.no('cursor_invalid')
        const rows = await listKeys(deps.db, before, limit + 1)
        const last = rows.length > limit ? rows[limit - 1] : undefined
        return done({
          items: rows.slice(0, limit).map(keyAnswer),
          next_cursor: last ? cursorOf(last) : null,
        })
      },
    }),
    defineRoute({
      method: 'POST',
      url: '/api/v1/api-keys',
      scope: 'keys:manage',
      name: 'create_api_key',
      summary: 'Make a key; it is shown in this answer and never again',
      area,
      body: Type.Object(
        {
          name: Name,
          kind: Type.Optional(Kind),
          scopes: Type.Optional(Type.Array(ScopeName, { maxItems: 100, uniqueItems: true })),
          spend_cap: Type.Optional(Cap),
          allow_list: Type.Optional(
            Type.Array(Type.String({ maxLength: 64 }), { maxItems: KEY_RANGES_MAX }),
          ),
          expires_at: Type.Optional(Moment),
        },
        { ...strict, examples: [{ name: 'my app', scopes: ['credits:read', 'credits:charge'] }] },
      ),
      status: 201,
      answer: Type.Object({ ...keyShape, key: Type.String() }, strict),
      refuses: { scope_not_held, key_fields_clash, range_invalid, expiry_past },
      handle: async (call) => {
        const { body } = call
        const cap = body.spend_cap
        const outcome = await createKey(deps, {
          name: body.name,
          kind: body.kind ?? 'secret',
          scopes: body.scopes ?? [],
          spendCap: cap && { amount: BigInt(cap.amount), every: cap.every },
          allowList: body.allow_list ?? [],
          expiresAt: body.expires_at,
          actor: actorOf(call),
          held: call.principal.scopes,
        })
        if (!outcome.ok) return outcome
        return done({ ...keyAnswer(outcome.value.record), key: outcome.value.key })
      },
    }),
    defineRoute({
      method: 'DELETE',
      url: '/api/v1/api-keys/:id',
      scope: 'keys:manage',
      name: 'revoke_api_key',
      summary: 'End a key for good, everywhere within a second',
      area,
      params: Type.Object({ id: Type.String({ maxLength: 64 }) }, strict),
      answer: KeyShape,
      refuses: { key_unknown: identity.texts.key_unknown },
      handle: async (call) => {
        const outcome = await revokeKey(deps, { id: call.params.id, actor: actorOf(call) })
        return outcome.ok ? done(keyAnswer(outcome.value)) : outcome
      },
    }),
  ]
}
