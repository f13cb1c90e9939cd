import { systemActor } from '#audit'
import { createKey, isScope, listKeys, revokeKey, SCOPES } from '#identity'
import type { Refusal } from '#kernel/outcome'
import { speak } from '#kernel/refusals'
import { type Command, type Given, type Terminal, textOf } from '../command.ts'
import { openHouse } from '../house.ts'
import { parseMoment } from '../moment.ts'
import { StartRefused } from '../start-refused.ts'
import type { World } from '../world.ts'

const LIST_ROWS_MAX = 500
const NAME_LETTERS_MAX = 80

export const keys: Command = {
  name: 'keys',
  summary: 'List, make and revoke API keys; seal secrets anew after a rotation',
  usage: [
    'tongbao keys list',
    '       tongbao keys create NAME [--scopes a:b,c:d | --scopes all] [--expires 2027-01-01T00:00:00Z] [--publishable]',
    '       tongbao keys revoke KEY_ID',
    '       tongbao keys reseal',
  ].join('\n'),
  options: {
    scopes: { type: 'string' },
    expires: { type: 'string' },
    publishable: { type: 'boolean' },
  },
  wordsMax: 2,
  run: async (config, given, terminal) => {
    const verb = VERBS[given.words[0] ?? 'list']
    if (!verb) throw new StartRefused('say list, create, revoke or reseal')
    if ((verb === list || verb === reseal) && given.words.length > 1)
      throw new StartRefused(`"${given.words[1]}" is a word too many: tongbao keys ${verb.name}`)
    const house = await openHouse(config, { exclusive: false, say: terminal.say })
    try {
      return await verb(house.world, given, terminal, config.mode === 'production')
    } finally {
      await house.close()
    }
  },
}

type Verb = (world: World, given: Given, terminal: Terminal, live: boolean) => Promise<number>

const list: Verb = async (world, _given, terminal) => {
  const rows = await listKeys(world.db, undefined, LIST_ROWS_MAX)
  const shown = rows.map((key) => ({
    ...{ id: key.id, name: key.name, kind: key.kind, shown: key.shown, scopes: key.scopes },
    spend_cap: key.spendCap === null ? null : Number(key.spendCap),
    spend_cap_every: key.spendCapEvery,
    ...{ allow_list: key.allowList, expires_at: key.expiresAt, created_at: key.createdAt },
    ...{ last_used_at: key.lastUsedAt, revoked_at: key.revokedAt },
  }))
  terminal.result(
    shown,
    shown.length === 0
      ? ['No keys yet: tongbao keys create NAME --scopes …']
      : shown.map(
          (key) =>
            `${key.id}  ${key.shown}  ${key.revoked_at === null ? 'live   ' : 'revoked'}  until ${key.expires_at ?? 'revoked'}  ${key.name}  ${key.scopes.join(',')}`,
        ),
  )
  return 0
}

const create: Verb = async (world, given, terminal, live) => {
  const name = given.words[1]
  if (!name) throw new StartRefused('a key needs a name: tongbao keys create NAME')
  if ([...name].length > NAME_LETTERS_MAX)
    throw new StartRefused(`the name of a key has at most ${NAME_LETTERS_MAX} letters`)
  const asked = textOf(given, 'scopes')
  const scopes = asked === 'all' ? [...SCOPES] : (asked ?? '').split(',').filter(Boolean)
  const unknown = scopes.find((scope) => !isScope(scope))
  if (unknown)
    throw new StartRefused(`there is no scope ${unknown}; there are: ${SCOPES.join(', ')}`)
  const expires = textOf(given, 'expires')
  const expiresMs = expires === undefined ? undefined : parseMoment(expires)
  if (expires !== undefined && expiresMs === undefined)
    throw new StartRefused('--expires takes a time like 2027-01-01T00:00:00Z')
  const outcome = await createKey(
    { ...world, live },
    {
      name,
      kind: given.values['publishable'] === true ? 'publishable' : 'secret',
      scopes: scopes.filter(isScope),
      spendCap: undefined,
      allowList: [],
      expiresAt: expiresMs === undefined ? undefined : new Date(expiresMs).toISOString(),
      actor: systemActor('cli'),
      held: new Set(SCOPES),
    },
  )
  if (!outcome.ok) throw spoken(outcome.refusal)
  const { key, record } = outcome.value
  terminal.result({ id: record.id, key, scopes: record.scopes }, [
    key,
    '',
    `Shown this once; only its hash is kept. Id ${record.id}.`,
  ])
  return 0
}

const revoke: Verb = async (world, given, terminal) => {
  const id = given.words[1]
  if (!id) throw new StartRefused('say which: tongbao keys revoke KEY_ID')
  const outcome = await revokeKey(world, { id, actor: systemActor('cli') })
  if (!outcome.ok) throw spoken(outcome.refusal)
  terminal.result({ id, revoked_at: outcome.value.revokedAt }, [`Revoked ${id}.`])
  return 0
}

const reseal: Verb = async (world, _given, terminal) => {
  const { sealed, closed } = await world.payments.reseal(systemActor('cli'))
  terminal.result({ sealed, closed }, [
    `Sealed ${sealed} anew with the first of TONGBAO_SECRET.`,
    ...(closed > 0
      ? [`${closed} stay as they are: no secret of the list opens them. Add the one that did.`]
      : []),
  ])
  return closed > 0 ? 1 : 0
}

const spoken = (refusal: Refusal): StartRefused => {
  const { detail, hint } = speak(refusal, 'en')
  return new StartRefused(hint === undefined ? detail : `${detail} ${hint}`)
}

const VERBS: Readonly<Record<string, Verb>> = { list, create, revoke, reseal }
