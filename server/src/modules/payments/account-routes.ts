import Type from 'typebox'
import { actorOf } from '#audit'
import { done } from '#kernel/outcome'
import { defineRoute, type Route } from '#kernel/routes'
import { findAccount, type KeptAccount, listAccounts } from './account-store.ts'
import { payments } from './refusals.ts'
import { type SettingDeps, setAccount } from './set-account.ts'
import { Minor, strict, Time } from './shapes.ts'

interface Deps extends SettingDeps {
  readonly publicUrl: string
}

const area = 'channels'
const BASE = '/api/v1/admin/channels'
const Json = Type.Record(Type.String(), Type.Unknown())
const Named = Type.Object(
  {
    channel: Type.String({ minLength: 1, maxLength: 64, examples: ['sandbox'] }),
    account: Type.String({ minLength: 1, maxLength: 64, examples: ['main'] }),
  },
  strict,
)
const Shape = Type.Object(
  {
    channel: Type.String(),
    account: Type.String(),
    merchant: Type.String(),
    livemode: Type.Boolean(),
    enabled: Type.Boolean(),
    settings: Json,
    secrets: Type.Array(Type.String(), { description: 'Which are kept; never what they are' }),
    minor_min: Minor,
    minor_max: Minor,
    hook_url: Type.String(),
    changed_at: Time,
  },
  strict,
)
const { account_unknown, account_invalid, channel_unknown } = payments.texts
const MINOR_MAX = Number.MAX_SAFE_INTEGER

/** Accounts at the providers, for the console: secrets go in here and never come out. */
export function accountRoutes(deps: Deps): Route[] {
  const shown = (kept: KeptAccount) => ({
    ...{ channel: kept.channel, account: kept.name, merchant: kept.merchant },
    ...{ livemode: kept.livemode, enabled: kept.enabled, settings: kept.settings },
    // Which there are follows from the channel; nothing is opened to say it.
    secrets: namesOf(deps.channels.get(kept.channel)?.secrets),
    ...{ minor_min: Number(kept.minorMin), minor_max: Number(kept.minorMax) },
    hook_url: `${deps.publicUrl}/api/v1/hooks/${kept.channel}/${kept.name}`,
    changed_at: kept.changedAt,
  })
  return [
    defineRoute({
      method: 'GET',
      url: BASE,
      scope: 'channels:read',
      name: 'list_channel_accounts',
      summary: 'Accounts at the providers, and the channels there are',
      area,
      answer: Type.Object(
        {
          items: Type.Array(Shape),
          channels: Type.Array(
            Type.Object(
              {
                channel: Type.String(),
                methods: Type.Array(Type.String()),
                currencies: Type.Union([Type.Array(Type.String()), Type.Null()], {
                  description: 'Null is any; the limits of an account are minor units of each',
                }),
                settings: Json,
                secrets: Json,
              },
              strict,
            ),
          ),
        },
        strict,
      ),
      handle: async () =>
        done({
          items: (await listAccounts(deps.db)).map(shown),
          channels: [...deps.channels.values()].map((one) => ({
            ...{ channel: one.name, methods: [...one.methods] },
            currencies: one.currencies ? [...one.currencies] : null,
            ...{ settings: { ...one.settings }, secrets: { ...one.secrets } },
          })),
        }),
    }),
    defineRoute({
      method: 'GET',
      url: `${BASE}/:channel/:account`,
      scope: 'channels:read',
      name: 'get_channel_account',
      summary: 'One account at a provider',
      area,
      params: Named,
      answer: Shape,
      refuses: { account_unknown },
      handle: async ({ params }) => {
        const kept = await findAccount(deps.db, params.channel, params.account)
        return kept ? done(shown(kept)) : payments.no('account_unknown')
      },
    }),
    defineRoute({
      method: 'PUT',
      url: `${BASE}/:channel/:account`,
      scope: 'channels:write',
      name: 'set_channel_account',
      summary: 'Open or change an account; secrets and limits that are left out stay as they are',
      area,
      params: Named,
      body: Type.Object(
        {
          merchant: Type.String({ minLength: 1, maxLength: 128 }),
          livemode: Type.Boolean(),
          enabled: Type.Boolean(),
          settings: Json,
          secrets: Type.Optional(Json),
          minor_min: Type.Optional(Minors),
          minor_max: Type.Optional(Minors),
        },
        {
          ...strict,
          examples: [
            {
              ...{ merchant: 'sandbox', livemode: false, enabled: true, settings: {} },
              secrets: { signing_secret: '32 letters or more, chosen by chance' },
              ...{ minor_min: 1, minor_max: 5_000_000 },
            },
          ],
        },
      ),
      answer: Shape,
      refuses: { channel_unknown, account_invalid },
      handle: async (call) => {
        const { params, body } = call
        const outcome = await setAccount(
          deps,
          params.channel,
          params.account,
          {
            ...{ merchant: body.merchant, livemode: body.livemode, enabled: body.enabled },
            // JSON that has come through the door.
            ...{ settings: body.settings as never, secrets: body.secrets as never },
            ...(body.minor_min !== undefined && { minorMin: BigInt(body.minor_min) }),
            ...(body.minor_max !== undefined && { minorMax: BigInt(body.minor_max) }),
          },
          actorOf(call),
        )
        return outcome.ok ? done(shown(outcome.value)) : outcome
      },
    }),
  ]
}

const Minors = Type.Integer({ minimum: 1, maximum: MINOR_MAX })
const namesOf = (schema: object | undefined): string[] =>
  schema && 'properties' in schema ? Object.keys(schema.properties as object) : []
