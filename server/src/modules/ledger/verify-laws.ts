import { type RawBuilder, sql } from 'kysely'

/** A row that breaks a law: `table` and `key` name it, a row that should be there included. */
export interface Fault {
  readonly cell: number | null
  readonly table: string
  readonly key: string
  readonly law: string
  readonly expected: string
  readonly found: string
}

/** One law or a few that are cheapest together, asked about one cell: the first row that breaks them. */
export type Law = (cell: number) => RawBuilder<Fault>

// Spelled here and not asked of a function in the database: whoever may change rows may change that as well.
const ID_BYTES = sql`set_byte(substr(sha256(textsend(e.owner || chr(10) || e.key)), 1, 16), 0, e.cell)`
const CELL_OF = (owner: RawBuilder<unknown>) =>
  sql`get_byte(sha256(convert_to(${owner}, 'UTF8')), 0) % 64`
const ENTRY_BYTES = sql`record_send(row(
  e.owner, e.asset, e.seq, e.id, e.block, e.kind, e.amount, e.balance_after, e.held_after, e.debt_after,
  e.contra, e.key, e.fingerprint, e.reference_type, e.reference_id, e.draw_lots, e.draw_amounts, e.action,
  e.price_version, e.actor, e.description, e.metadata, e.detail, e.params, e.created_at))`

const none = sql`'nothing'`
const NAME = sql`concat(owner, '/', asset)`

/**
 * One walk over a cell's entries in the order of their accounts: each entry follows from the one before, and so the last
 * one says what all of them come to, which is what the account says. A fault is worked out only where there is one, so
 * whole books pay for no naming.
 */
const accountsLaw: Law = (cell) => sql<Fault>`
  with seen as (
    -- What one entry shows alone is asked before the walk, which then carries little.
    select owner, asset, seq, amount, balance_after, held_after, debt_after, created_at, case
             when e.held_after < 0 or e.debt_after < 0 or e.balance_after - e.held_after + e.debt_after < 0
               then jsonb_build_array(e.seq, 'nothing is negative but a debt', 'none below 0', concat('available ',
                 e.balance_after - e.held_after + e.debt_after, ', held ', e.held_after, ', debt ', e.debt_after))
             when uuid_send(e.id) <> ${ID_BYTES} then jsonb_build_array(
               e.seq, 'the id grows from owner and key', encode(${ID_BYTES}, 'hex')::uuid, e.id)
             when e.kind in ('charge', 'capture') and -e.amount <> case
               when cardinality(e.draw_amounts) = 1 then e.draw_amounts[1]
               else (select coalesce(sum(n), 0) from unnest(e.draw_amounts) as n) end then jsonb_build_array(
                 e.seq, 'draws of a charge sum to its amount', -e.amount,
                 (select coalesce(sum(n), 0) from unnest(e.draw_amounts) as n))
             when e.block > (select open_block from ledger.heads where cell = ${cell}) then jsonb_build_array(
               e.seq, 'no entry lies beyond the open block',
               (select open_block from ledger.heads where cell = ${cell}), e.block)
           end as fault
      from ledger.entries e
     where e.cell = ${cell}
     order by owner, asset, seq offset 0
  ), walk as (
    select owner, asset, seq, balance_after, held_after, debt_after, created_at,
           lead(seq) over w is null as is_last,
           case
             when seq <> row_number() over w then jsonb_build_array(row_number() over w, 'seq without gaps',
               row_number() over w, concat('seq ', seq, ' follows'))
             when balance_after <> lag(balance_after, 1, 0::bigint) over w + amount then jsonb_build_array(
               seq, 'balance_after = balance before + amount',
               lag(balance_after, 1, 0::bigint) over w + amount, balance_after)
             when created_at < lag(created_at) over w then jsonb_build_array(
               seq, 'time never goes back along seq', lag(created_at) over w, created_at)
             else fault
           end as fault
      from seen
    window w as (partition by owner, asset order by seq)
  ), told as (
    -- Only these are left of the walk, so few are grouped.
    select owner, asset, (array_agg(fault order by seq) filter (where fault is not null))[1] as fault,
           max(seq) filter (where is_last) as version, max(balance_after) filter (where is_last) as balance,
           max(held_after) filter (where is_last) as held, max(debt_after) filter (where is_last) as debt,
           max(created_at) filter (where is_last) as last_at
      from walk where is_last or fault is not null group by owner, asset
  ), judged as (
    select owner, asset, case
        when s.fault is not null then jsonb_build_array('entries', concat(owner, '/', asset, '#', s.fault ->> 0),
          s.fault ->> 1, s.fault ->> 2, s.fault ->> 3)
        when a.owner is null then jsonb_build_array('accounts', ${NAME}, 'entries have an account', 'an account', ${none})
        when ${CELL_OF(sql`owner`)} <> ${cell} then jsonb_build_array('accounts', ${NAME},
          'an owner lives in the cell of its hash', ${CELL_OF(sql`owner`)}, ${cell}::int)
        when a.version > coalesce(s.version, 0) then jsonb_build_array('entries',
          concat(owner, '/', asset, '#', coalesce(s.version, 0) + 1), 'seq without gaps',
          coalesce(s.version, 0) + 1, ${none})
        when a.version < s.version then jsonb_build_array('accounts', ${NAME},
          'version = seq of the last entry', s.version, a.version)
        when a.available < 0 or a.held < 0 or a.debt < 0 then jsonb_build_array('accounts', ${NAME},
          'nothing is negative but a debt', 'none below 0',
          concat('available ', a.available, ', held ', a.held, ', debt ', a.debt))
        when a.available + a.held - a.debt <> coalesce(s.balance, 0) then jsonb_build_array('accounts', ${NAME},
          'balance = sum of entries', coalesce(s.balance, 0), a.available + a.held - a.debt)
        when a.held <> coalesce(s.held, 0) or a.debt <> coalesce(s.debt, 0) then jsonb_build_array(
          'accounts', ${NAME}, 'held and debt as the last entry says',
          concat('held ', coalesce(s.held, 0), ', debt ', coalesce(s.debt, 0)),
          concat('held ', a.held, ', debt ', a.debt))
        when a.last_at <> s.last_at then jsonb_build_array(
          'accounts', ${NAME}, 'last_at = time of the last entry', s.last_at, a.last_at)
        when a.tab_lot is null and (a.tab_source, a.tab_burnt, a.tab_limit) is distinct from (null, 0, 0)
          then jsonb_build_array('accounts', ${NAME}, 'a tab is on a lot', ${none},
            concat('burnt ', a.tab_burnt, ', limit ', a.tab_limit))
      end as fault
      from told s full join (select * from ledger.accounts where cell = ${cell}) a using (owner, asset)
  )
  select ${cell}::int as cell, fault ->> 0 as table, fault ->> 1 as key, fault ->> 2 as law,
         fault ->> 3 as expected, fault ->> 4 as found
    from judged where fault is not null order by owner, asset limit 1
`

/** What remains of a lot is what entries put there and drew; all lots of an account make its balance. */
const lotsLaw: Law = (cell) => sql<Fault>`
  with draws as (
    -- Most entries draw from one lot, and unnesting costs more than the rest of this law; the others have an index.
    select e.owner, e.asset, e.draw_lots[1] as lot, case when e.amount > 0 then e.draw_amounts[1] else -e.draw_amounts[1] end as amount
      from ledger.entries e
     where e.cell = ${cell} and (e.amount <> 0 or e.kind = 'repay') and cardinality(e.draw_lots) = 1
    union all
    select e.owner, e.asset, d.lot, case when e.amount > 0 then d.amount else -d.amount end
      from ledger.entries e cross join lateral unnest(e.draw_lots, e.draw_amounts) as d (lot, amount)
     where e.cell = ${cell} and (e.amount <> 0 or e.kind = 'repay') and cardinality(e.draw_lots) > 1
  ), drawn as (
    select lot, sum(amount) as remaining, min(owner) as owner, max(owner) as last_owner, min(asset) as asset,
           max(asset) as last_asset from draws group by lot
  ), reserved as (
    select u.lot, sum(u.amount) as held
      from ledger.holds h cross join lateral unnest(h.lots, h.reserved) as u (lot, amount)
     where h.cell = ${cell} and h.state = 'open' group by u.lot
  ), lots as (
    select l.owner, l.asset, coalesce(l.id, d.lot, r.lot, t.tab_lot) as id, l.id is null as is_missing,
           l.remaining - coalesce(t.tab_burnt, 0) as remaining, l.held, l.granted, l.closed,
           l.closed = (l.remaining = 0) as is_closed_as_empty, l.waiting,
           l.source, l.remaining - l.held as free, t.tab_source, greatest(t.tab_limit, t.tab_burnt) as tab_limit,
           t.tab_lot is not null
             and (l.source, l.remaining - l.held) is distinct from (t.tab_source, greatest(t.tab_limit, t.tab_burnt)) as is_off_tab,
           case when d.owner = l.owner then d.last_owner else d.owner end as drawn_owner,
           case when d.asset = l.asset then d.last_asset else d.asset end as drawn_asset,
           d.owner <> l.owner or d.last_owner <> l.owner or d.asset <> l.asset or d.last_asset <> l.asset as is_foreign,
           case when l.waiting then l.granted - l.taken else coalesce(d.remaining, 0) end as remaining_due,
           coalesce(r.held, 0) as held_due
      from (select * from ledger.lots where cell = ${cell}) l
      full join (select * from ledger.accounts where cell = ${cell} and tab_lot is not null) t
        on t.tab_lot = l.id and t.owner = l.owner and t.asset = l.asset and not l.waiting
      full join drawn d on d.lot = coalesce(l.id, t.tab_lot) full join reserved r on r.lot = coalesce(l.id, d.lot)
  ), judged as (
    select id, case
        when is_missing then jsonb_build_array('what entries and holds draw from is there', 'a lot', ${none})
        when is_foreign then jsonb_build_array(
          'a lot belongs to those whose entries draw from it', concat(drawn_owner, '/', drawn_asset), ${NAME})
        when remaining <> remaining_due then jsonb_build_array(
          'remaining = what entries put in and drew', remaining_due, remaining)
        when held <> held_due then jsonb_build_array('held = sum of open holds', held_due, held)
        when remaining not between 0 and granted or held not between 0 and remaining then jsonb_build_array(
          'a lot holds what it was granted at most', concat('0 to ', granted),
          concat('remaining ', remaining, ', held ', held))
        when not is_closed_as_empty then jsonb_build_array('closed means empty', not closed, closed)
        when is_off_tab then jsonb_build_array('a tab is what its lot has free, at most',
          concat(source, ' ', free), concat(tab_source, ' ', tab_limit))
      end as fault
      from lots
  ), sums as (
    select owner, asset, sum(remaining - held) as available, sum(held) as held
      from lots where not waiting group by owner, asset
  ), faults as (
    select 1 as rank, 'lots' as table, id as key, fault from judged where fault is not null
    union all
    select 2, 'accounts', ${NAME}, jsonb_build_array('available and held = sum of lots',
             concat('available ', coalesce(s.available, 0), ', held ', coalesce(s.held, 0)),
             concat('available ', coalesce(a.available, 0), ', held ', coalesce(a.held, 0)))
      from sums s full join (select * from ledger.accounts where cell = ${cell}) a using (owner, asset)
     where coalesce(a.available, 0) <> coalesce(s.available, 0) or coalesce(a.held, 0) <> coalesce(s.held, 0)
  )
  select ${cell}::int as cell, f.table, f.key, fault ->> 0 as law, fault ->> 1 as expected, fault ->> 2 as found
    from faults f order by rank, key limit 1
`

/** A bound that came late would leave an ended lot or hold in the balance: nobody would look. */
const dueLaw: Law = (cell) => sql<Fault>`
  with due as (
    select owner, asset, min(case when waiting then effective_at else expires_at end) as at from ledger.lots
     where cell = ${cell} and not closed and (waiting or remaining > held) group by owner, asset
    union all
    select owner, asset, min(expires_at) from ledger.holds
     where cell = ${cell} and state = 'open' group by owner, asset
  )
  select ${cell}::int as cell, 'accounts' as table, ${NAME} as key, 'next_due is not late' as law,
         min(d.at)::text as expected, a.next_due::text as found
    from ledger.accounts a join due d using (owner, asset)
   where a.cell = ${cell} and d.at < a.next_due
   group by owner, asset, a.next_due order by owner, asset limit 1
`

/** Refunds stay within their charge, and what the charge's row says was refunded is the sum of its refunds. */
const refundsLaw: Law = (cell) => sql<Fault>`
  with refunds as (
    select reference_id as charge, sum(amount) as refunded from ledger.entries
     where cell = ${cell} and kind = 'refund' group by reference_id
  ), judged as (
    select coalesce(r.charge_id::text, s.charge) as charge, case
        when r.charge_id is null then jsonb_build_array('a refund has its charge''s row', s.refunded, ${none})
        when c.id is null then jsonb_build_array('a refunded charge is there', 'a charge', ${none})
        when r.charged <> -c.amount then jsonb_build_array('charged = amount of the charge', -c.amount, r.charged)
        when r.refunded <> coalesce(s.refunded, 0) then jsonb_build_array(
          'refunded = sum of refunds', coalesce(s.refunded, 0), r.refunded)
        when r.refunded > r.charged then jsonb_build_array('refunds stay within their charge',
          concat('at most ', r.charged), r.refunded)
      end as fault
      from (select * from ledger.refunded_charges where cell = ${cell}) r
      full join refunds s on s.charge = r.charge_id::text
      left join ledger.entries c on c.cell = ${cell} and c.id = r.charge_id and c.kind in ('charge', 'capture')
  )
  select ${cell}::int as cell, 'refunded_charges' as table, charge as key,
         fault ->> 0 as law, fault ->> 1 as expected, fault ->> 2 as found
    from judged where fault is not null order by charge limit 1
`

/**
 * Blocks follow one another without a gap, and each is the digest of its entries as they are now. Read in the order of
 * an index on blocks, they are sorted block by block.
 */
export const blocksLaw: Law = (cell) => sql<Fault>`
  with digests as (
    select block, count(*) as entries, string_agg(hash, ''::bytea order by id) as hashes
      from (select e.block, e.id, sha256(${ENTRY_BYTES}) as hash from ledger.entries e
             where e.cell = ${cell} and e.block <= (select max(no) from ledger.blocks where cell = ${cell})
             order by e.block offset 0) e
     group by block
  ), chain as (
    select no, entries, prev, digest, lag(no, 1, 0) over w as no_before,
           lag(digest, 1, '\\x'::bytea) over w as digest_before
      from ledger.blocks where cell = ${cell} window w as (order by no)
  ), judged as (
    select coalesce(b.no, d.block) as no, case
        when b.no is null then jsonb_build_array(d.block, 'blocks without gaps', d.block, ${none})
        when b.no <> b.no_before + 1 then jsonb_build_array(
          b.no_before + 1, 'blocks without gaps', b.no_before + 1, concat('block ', b.no, ' follows'))
        when b.prev <> b.digest_before then jsonb_build_array(
          b.no, 'a block names the one before', encode(b.digest_before, 'hex'), encode(b.prev, 'hex'))
        when b.entries <> coalesce(d.entries, 0) then jsonb_build_array(
          b.no, 'a block keeps its entries', b.entries, coalesce(d.entries, 0))
        when b.digest <> sha256(b.prev || coalesce(d.hashes, '\\x'::bytea)) then jsonb_build_array(
          b.no, 'a block is the digest of its entries', encode(b.digest, 'hex'),
          encode(sha256(b.prev || coalesce(d.hashes, '\\x'::bytea)), 'hex'))
      end as fault
      from chain b full join digests d on d.block = b.no
    union all
    select max(b.no) + 1, jsonb_build_array(max(b.no), 'no block is sealed before it is closed',
             concat('before ', max(h.open_block)), max(b.no))
      from ledger.heads h left join chain b on true where h.cell = ${cell}
    having max(b.no) >= max(h.open_block)
  )
  select ${cell}::int as cell, 'blocks' as table, concat(${cell}::int, '/', fault ->> 0) as key,
         fault ->> 1 as law, fault ->> 2 as expected, fault ->> 3 as found
    from judged where fault is not null order by no limit 1
`

export const ACCOUNT_LAWS: readonly Law[] = [accountsLaw, lotsLaw, dueLaw, refundsLaw]

/**
 * The only law that crosses cells, so one statement asks it about all of them at one moment: what leaves an account by
 * transfer arrives at the named one. That makes each clearing book zero, and so the sum over all books.
 */
export const transfersLaw: RawBuilder<Fault> = sql<Fault>`
  with sent as (
    select e.*, e.detail ->> 'lot_id' as lot from ledger.entries e
     where contra like 'clearing:%' and amount < 0
  ), came as (
    select e.*, e.detail ->> 'lot_id' as lot from ledger.entries e
     where contra like 'clearing:%' and amount >= 0
  )
  select coalesce(s.cell, c.cell)::int as cell, 'entries' as table,
         concat(coalesce(s.owner, c.owner), '/', coalesce(s.asset, c.asset), '#', coalesce(s.seq, c.seq)) as key,
         'transfers meet in clearing' as law,
         concat(coalesce(-s.amount, c.amount), ' ', coalesce(s.asset, c.asset), ' in ', coalesce(s.contra, c.contra),
           case when s.id is null then ' sent' else concat(' at ', s.reference_id) end) as expected,
         case when s.id is null or c.id is null then ${none}
              else concat(c.amount, ' ', c.asset, ' in ', c.contra, ' at ', c.owner) end as found
    from sent s full join came c on c.lot = s.lot
   where s.id is null or c.id is null or c.amount <> -s.amount or c.asset <> s.asset or c.contra <> s.contra
      or c.owner <> s.reference_id
   order by s.id is null, coalesce(s.cell, c.cell), coalesce(s.owner, c.owner), coalesce(s.seq, c.seq) limit 1
`
