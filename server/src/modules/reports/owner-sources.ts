import { type PlacedEntry, parseTrailCursor, readTrail, trailCursor } from '#audit'
import { listOrdersPage } from '#checkout'
import type { Instant } from '#kernel/clock'
import type { Database } from '#kernel/db'
import { entryIdText, listAssets, listHistory } from '#ledger'
import { listAttemptsOf, listRefundsOfOwner } from '#payments'
import type { Happening, Source } from './timeline.ts'

type Kind = Happening['what']

const NOTHING = {
  ...{ amount: undefined, moved: undefined, unit: undefined, balanceAfter: undefined },
  ...{ of: undefined, orderId: undefined, note: undefined, by: undefined, refused: false },
} as const

/** Everything that tells of an owner; without the trail where the reader may not read it. */
export async function sourcesOf(
  db: Database,
  owner: string,
  want: { readonly kind: Kind | undefined; readonly withTrail: boolean },
): Promise<Source[]> {
  const assets = await listAssets(db, owner)
  const all: Record<Kind, Source[]> = {
    entry: assets.map((asset) => entriesOf(db, owner, asset)),
    order: [ordersOf(db, owner)],
    payment: [paymentsOf(db, owner)],
    refund: [refundsOf(db, owner)],
    act: want.withTrail ? [actsOn(db, owner), actsBy(db, owner)] : [],
  }
  return want.kind === undefined ? Object.values(all).flat() : all[want.kind]
}

const PREFIXES: Readonly<Record<string, string>> = {
  ...{ charge: 'chg', capture: 'chg', refund: 'ref', transfer: 'trf' },
}

const entriesOf = (db: Database, owner: string, asset: string): Source => ({
  name: `entry:${asset}`,
  read: async (before, rowsMax) => {
    if (before !== undefined && !/^\d{1,18}$/.test(before)) return []
    const lines = await listHistory(db, { owner, asset, before, rowsMax })
    return lines.map((line) => ({
      place: String(line.seq),
      happening: {
        ...NOTHING,
        ...{ at: line.created_at.getTime() as Instant, what: 'entry', word: line.kind },
        id: entryIdText(PREFIXES[line.kind] ?? 'ent', line.id),
        ...{ amount: line.amount, unit: asset, balanceAfter: line.balance_after },
        moved: line.held ?? line.repaid ?? undefined,
        ...{ of: line.action ?? undefined, note: line.description ?? undefined },
        orderId: line.reference_type === 'order' ? (line.reference_id ?? undefined) : undefined,
      },
    }))
  },
})

const ordersOf = (db: Database, owner: string): Source => ({
  name: 'order',
  read: async (before, rowsMax) =>
    (await listOrdersPage(db, { owner, before, rowsMax })).map((one) => ({
      place: one.id,
      happening: {
        ...NOTHING,
        ...{ at: one.createdAt, what: 'order', id: one.id, word: one.state },
        ...{ amount: one.amount, unit: one.currency, orderId: one.id },
      },
    })),
})

const paymentsOf = (db: Database, owner: string): Source => ({
  name: 'payment',
  read: async (before, rowsMax) =>
    (await listAttemptsOf(db, { owner, before, rowsMax })).map((one) => ({
      place: one.id,
      happening: {
        ...NOTHING,
        ...{ at: one.createdAt, what: 'payment', id: one.id, word: one.state },
        ...{ amount: one.amount, unit: one.currency, of: one.channel, orderId: one.subject },
        note: one.why,
      },
    })),
})

const refundsOf = (db: Database, owner: string): Source => ({
  name: 'refund',
  read: async (before, rowsMax) =>
    (await listRefundsOfOwner(db, { owner, before, rowsMax })).map((one) => ({
      place: one.id,
      happening: {
        ...NOTHING,
        ...{ at: one.createdAt, what: 'refund', id: one.id, word: one.state, note: one.reason },
        ...{ amount: one.amount, unit: one.currency, of: one.channel, by: one.askedBy },
      },
    })),
})

const actOf = ({ entry, place }: PlacedEntry) => ({
  place: trailCursor(place),
  happening: {
    ...NOTHING,
    ...{ at: Date.parse(entry.at) as Instant, what: 'act', id: entry.entry_id },
    ...{ word: entry.action, note: entry.reason ?? undefined, by: entry.actor_id },
    refused: entry.result === 'refused',
  } satisfies Happening,
})

/** What was done to this owner; that somebody looked is not their story. */
const actsOn = (db: Database, owner: string): Source => ({
  name: 'act_on',
  read: async (after, rowsMax) => {
    const place = after === undefined ? undefined : parseTrailCursor(after)
    if (after !== undefined && !place) return []
    return (await readTrail(db, { target_id: owner, without_looks: true }, place, rowsMax)).map(
      actOf,
    )
  },
})

/** What they did themselves; of what they did to themselves the other list tells. */
const actsBy = (db: Database, owner: string): Source => ({
  name: 'act_by',
  read: async (after, rowsMax) => {
    const place = after === undefined ? undefined : parseTrailCursor(after)
    if (after !== undefined && !place) return []
    const want = { actor: owner, but_target: owner }
    return (await readTrail(db, want, place, rowsMax)).map(actOf)
  },
})
