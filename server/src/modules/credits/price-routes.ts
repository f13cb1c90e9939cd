import Type from 'typebox'
import { type AuditDeps, actorOf } from '#audit'
import type { Database } from '#kernel/db'
import { door } from '#kernel/http-refusals'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import type { WhichAccount } from './account.ts'
import type { Desk } from './deps.ts'
import { type EstimateDeps, estimate } from './estimate.ts'
import { publishPrice } from './price-book.ts'
import {
  PREVIEW_CHANGES_MAX,
  PRICE_ROWS_MAX,
  PRICE_ROWS_USUAL,
  REASON_LETTERS_MAX,
} from './price-limits.ts'
import { type Preview, type PreviewDeps, previewPrices } from './price-preview.ts'
import { prices } from './price-refusals.ts'
import {
  ChangeBody,
  changeOf,
  ListedPriceShape,
  listedAnswer,
  PreviewShape,
  PublicPrice,
  paramsOf,
  parsePricePlace,
  pricePlaceText,
  publicAnswer,
  RuleBody,
  ruleOf,
  StaffPrice,
  staffAnswer,
  Terms,
  TopUps,
  termsAnswer,
} from './price-shapes.ts'
import { listPrices } from './price-store.ts'
import { credits } from './refusals.ts'
import { Action, Count, Cursor, Moment, named, orNull, Params, strict } from './shapes.ts'

export interface PriceRouteDeps extends AuditDeps, EstimateDeps, PreviewDeps {
  readonly db: Database
  readonly whichAccount: WhichAccount
  readonly wouldDo: Desk['wouldDo']
}

const area = 'prices'

export const priceRoutes = (deps: PriceRouteDeps): Route[] => [
  pricesRoute(deps),
  estimateRoute(deps),
  ...staffRoutes(deps),
]

const pricesRoute = (deps: PriceRouteDeps): Route =>
  defineRoute({
    method: 'GET',
    url: '/api/v1/credits/prices',
    scope: 'credits:read',
    name: 'list_prices',
    summary: 'What every action costs now',
    area,
    answer: Type.Object({ items: Type.Array(PublicPrice) }, strict),
    handle: async () => {
      const now = await deps.book.allInForce(deps.clock.now())
      return done({ items: now.map(publicAnswer) })
    },
  })

const estimateRoute = (deps: PriceRouteDeps): Route => {
  const { action_unknown, params_invalid } = prices.texts
  const { owner_needed, owner_unknown } = credits.texts
  return defineRoute({
    method: 'POST',
    url: '/api/v1/credits/estimate',
    scope: 'credits:read',
    name: 'estimate_credits',
    summary: 'What an action would cost, and whether it could be paid',
    area,
    body: Type.Object(
      {
        owner: named.owner,
        external_id: named.external_id,
        action: Action,
        params: Type.Optional(Params),
      },
      {
        ...strict,
        examples: [{ external_id: 'ada', action: 'video.generate', params: { duration_s: 8 } }],
      },
    ),
    answer: Type.Object(
      {
        credits: Count,
        first_free: Type.Optional(
          Type.Literal(true, { description: 'Free this once, for the owner who was named' }),
        ),
        terms: Terms,
        price_version: Count,
        affordable: orNull(Type.Boolean({ description: 'Null where a key names nobody' })),
        missing: orNull(Count),
        top_up: Type.Optional(TopUps),
        history: Type.Optional(
          Type.Object(
            { p50: Count, p90: Count, count: Count },
            { ...strict, description: 'What the last captures of this action really cost' },
          ),
        ),
      },
      strict,
    ),
    refuses: { action_unknown, params_invalid, owner_needed, owner_unknown },
    handle: async ({ principal, body }) => {
      const { action, owner, external_id } = body
      const isNobodys = principal.kind === 'key' && owner === undefined && external_id === undefined
      const account = isNobodys
        ? done(undefined)
        : await deps.whichAccount(principal, { owner, external_id })
      if (!account.ok) return account
      const params = paramsOf(body.params)
      const found = await estimate(deps, { action, params, owner: account.value?.owner })
      if (!found.ok) return found
      const { affordable, missing, history, priceVersion, terms, firstFree } = found.value
      const topUp = missing !== undefined && missing > 0n && (await deps.wouldDo(missing))
      return done({
        credits: Number(found.value.credits),
        ...(firstFree && { first_free: true as const }),
        terms: termsAnswer(terms),
        price_version: priceVersion,
        affordable: affordable ?? null,
        missing: numberOrNull(missing),
        ...(topUp && { top_up: topUp }),
        ...(history && {
          history: {
            p50: Number(history.p50),
            p90: Number(history.p90),
            count: history.count,
          },
        }),
      })
    },
  })
}

const numberOrNull = (amount: bigint | undefined): number | null =>
  amount === undefined ? null : Number(amount)

const RULE_EXAMPLE = {
  base: 10,
  terms: [{ kind: 'per_unit', name: 'length', parameter: 'duration_s', credits: 5, unit_size: 1 }],
  minimum: 20,
}

function staffRoutes(deps: PriceRouteDeps): Route[] {
  const { price_rule_invalid, price_effective_past, price_moved_on } = prices.texts
  return [
    defineRoute({
      method: 'GET',
      url: '/api/v1/admin/prices',
      scope: 'prices:read',
      name: 'list_price_versions',
      summary: 'Every version of every price, the newest of an action first',
      area,
      query: Type.Object(
        {
          action: Type.Optional(Action),
          limit: Type.Optional(
            Type.Integer({ minimum: 1, maximum: PRICE_ROWS_MAX, default: PRICE_ROWS_USUAL }),
          ),
          cursor: Type.Optional(Cursor),
        },
        strict,
      ),
      answer: Type.Object(
        { items: Type.Array(ListedPriceShape), next_cursor: orNull(Type.String()) },
        strict,
      ),
      refuses: { cursor_invalid: door.texts.cursor_invalid },
      handle: async (call) => {
        const { action, cursor, limit = PRICE_ROWS_USUAL } = call.query
        const after = cursor === undefined ? undefined : parsePricePlace(cursor)
        if (cursor !== undefined && !after) return door.no('cursor_invalid')
        const now = deps.clock.now()
        const rows = await listPrices(deps.db, { action, after, now, limit: limit + 1 })
        const last = rows.length > limit ? rows[limit - 1] : undefined
        return done({
          items: rows.slice(0, limit).map(listedAnswer),
          next_cursor: last ? pricePlaceText(last) : null,
        })
      },
    }),
    defineRoute({
      method: 'POST',
      url: '/api/v1/admin/prices',
      scope: 'prices:write',
      name: 'publish_price',
      summary: 'Publish a new version of a price, from a date on',
      area,
      status: 201,
      body: Type.Object(
        {
          action: Action,
          rule: RuleBody,
          effective_at: Type.Optional(Moment),
          after_version: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: 2_147_483_647,
              description: 'The newest version you saw; refused when there is a newer one',
            }),
          ),
          reason: Type.String({ minLength: 1, maxLength: REASON_LETTERS_MAX }),
        },
        {
          ...strict,
          examples: [{ action: 'video.generate', rule: RULE_EXAMPLE, reason: 'by the second' }],
        },
      ),
      answer: StaffPrice,
      refuses: { price_rule_invalid, price_effective_past, price_moved_on },
      handle: async (call) => {
        const { action, rule, effective_at, after_version, reason } = call.body
        const published = await publishPrice(deps, {
          action,
          rule: ruleOf(rule),
          effectiveAt: effective_at,
          afterVersion: after_version,
          reason,
          actor: actorOf(call),
        })
        return published.ok ? done(staffAnswer(published.value)) : published
      },
    }),
    defineRoute({
      method: 'POST',
      url: '/api/v1/admin/prices/preview',
      scope: 'prices:read',
      name: 'preview_prices',
      summary: 'What proposed rules would change, on samples and on the traffic of last week',
      area,
      body: Type.Object(
        { changes: Type.Array(ChangeBody, { minItems: 1, maxItems: PREVIEW_CHANGES_MAX }) },
        {
          ...strict,
          examples: [
            {
              changes: [
                {
                  action: 'video.generate',
                  rule: RULE_EXAMPLE,
                  samples: [{ params: { duration_s: 8 } }],
                },
              ],
            },
          ],
        },
      ),
      answer: Type.Object({ items: Type.Array(PreviewShape) }, strict),
      refuses: { price_rule_invalid },
      handle: async (call) => {
        const viewed = await previewPrices(deps, call.body.changes.map(changeOf))
        return viewed.ok ? done({ items: viewed.value.map(previewAnswer) }) : viewed
      },
    }),
  ]
}

const previewAnswer = ({ action, version, samples, impact }: Preview) => ({
  action,
  price_version: version ?? null,
  samples: samples.map(({ params, before, after }) => ({
    params,
    before: numberOrNull(before),
    after: numberOrNull(after),
  })),
  impact: impact
    ? {
        ...{ from: impact.from, to: impact.to },
        charges: Number(impact.charges),
        before: Number(impact.before),
        after: Number(impact.after),
        change: Number(impact.after - impact.before),
        refused: Number(impact.refused),
        unknown: Number(impact.unknown),
      }
    : null,
})
