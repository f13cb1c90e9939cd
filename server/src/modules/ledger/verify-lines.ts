import { sql } from 'kysely'
import type { Law } from './verify-laws.ts'

const none = sql`'nothing'`
// Not `extract`, whose numeric takes ten times as long; a double carries milliseconds exactly for longer than a timestamp.
const ms = (at: string) =>
  sql`case when isfinite(${sql.raw(at)}) then (date_part('epoch', ${sql.raw(at)}) * 1000)::bigint end`

const LOT = sql`jsonb_build_object(
  'source', l.source, 'priority', l.priority, 'effective_at', ${ms('l.effective_at')},
  'expires_at', ${ms('l.expires_at')}, 'refundable', l.refundable, 'order_id', l.order_id)`
// The same field by field, as text: building an object for each lot takes longer than all the rest.
const LOT_FIELDS = sql`(l.source, l.priority::text, ${ms('l.effective_at')}::text, ${ms('l.expires_at')}::text,
  l.refundable::text, l.order_id)`
const LINE_FIELDS = sql`(m.detail ->> 'source', m.detail ->> 'priority', m.detail ->> 'effective_at',
  m.detail ->> 'expires_at', m.detail ->> 'refundable', m.detail ->> 'order_id')`
const GRACE = (name: string) =>
  sql.raw(`concat_ws(' ', ${name}.source, ${name}.priority, ${name}.refundable, ${name}.order_id)`)
// By the line of the one that it carries on: the row may be what somebody changed.
const GRACE_UNTIL = sql`case when c.detail ->> 'expires_at' is not null then
  greatest((c.detail ->> 'expires_at')::bigint, ${ms("l.effective_at + interval '7 days'")}) end`
const HOLD = sql`concat_ws(' ', h.owner, h.asset, h.amount, 'captured', h.captured, h.state, ${ms('h.expires_at')},
  h.action, h.price_version, h.actor)`
const HOLD_DUE = sql`concat_ws(' ', d.owner, d.asset, d.amount, 'captured', d.captured, d.state, d.expires_at,
  d.action, d.price_version, d.actor)`

/**
 * Lots, holds and free firsts say what the lines that made them say: those are sealed, and these rows are not. One pass
 * picks the lines; plain charges, which are nearly all, are not among them.
 */
export const linesLaw: Law = (cell) => sql`
  with lines as materialized (
    select e.owner, e.asset, e.kind, e.amount, e.reference_id, e.action, e.price_version, e.actor, e.detail
      from ledger.entries e
     where e.cell = ${cell} and e.detail is not null
       and (e.kind in ('charge', 'schedule', 'hold', 'extend', 'capture', 'release')
            or e.amount > 0 and (e.kind = 'transfer' or e.kind in ('grant', 'adjust') and not starts_with(e.key, '#')))
  ), made as (
    select detail ->> 'lot_id' as id, owner, asset, coalesce((detail ->> 'granted')::bigint, amount) as granted, detail
      from lines where kind in ('grant', 'schedule', 'adjust', 'transfer')
  ), lots as (
    select coalesce(l.id, m.id) as id, case
        when l.id is null then jsonb_build_array('the lot of a line is there', 'a lot', ${none})
        when m.id is null and l.grace_of is null then jsonb_build_array('a lot has the line that made it', 'a line', ${none})
        when m.id is null and ${GRACE('l')} is distinct from ${GRACE('o')} then jsonb_build_array(
          'a lot of grace is as the one that it carries on', ${GRACE('o')}, ${GRACE('l')})
        when m.id is null and ${ms('l.expires_at')} is distinct from ${GRACE_UNTIL} then jsonb_build_array(
          'a lot of grace has seven days, or as long as the one that it carries on', ${GRACE_UNTIL}, ${ms('l.expires_at')})
        when m.id is not null and (l.grace_of is not null or l.owner <> m.owner or l.asset <> m.asset
               or l.granted <> m.granted or ${LOT_FIELDS} is distinct from ${LINE_FIELDS}) then jsonb_build_array(
          'a lot is as its line made it',
          (select jsonb_object_agg(key, m.detail -> key) from jsonb_object_keys(${LOT}) as key)
            || jsonb_build_object('granted', m.granted, 'whose', concat(m.owner, '/', m.asset)),
          ${LOT} || jsonb_build_object('granted', l.granted, 'whose', concat(l.owner, '/', l.asset, l.grace_of)))
      end as fault
      from (select * from ledger.lots where cell = ${cell}) l
      full join made m on m.id = l.id
      left join ledger.lots o on o.cell = ${cell} and o.id = l.grace_of
      left join made c on c.id = l.grace_of
  ), due as (
    select reference_id as id, min(owner) as owner, min(asset) as asset,
           max((detail ->> 'amount')::bigint) filter (where kind = 'hold') as amount,
           coalesce(-sum(amount) filter (where kind = 'capture'), 0) as captured,
           coalesce(max(detail ->> 'state') filter (where detail ->> 'state' <> 'open'), 'open') as state,
           max((detail ->> 'expires_at')::bigint) as expires_at,
           max(action) filter (where kind = 'hold') as action, max(actor) filter (where kind = 'hold') as actor,
           max(price_version) filter (where kind = 'hold') as price_version
      from lines where kind in ('hold', 'extend', 'capture', 'release') group by reference_id
  ), holds as (
    select coalesce(h.id, d.id) as id, case
        when h.id is null then jsonb_build_array('the hold of a line is there', 'a hold', ${none})
        when ${HOLD} is distinct from ${HOLD_DUE} then jsonb_build_array(
          'a hold is as its lines made it', ${HOLD_DUE}, ${HOLD})
      end as fault
      from (select * from ledger.holds where cell = ${cell}) h full join due d on d.id = h.id
  ), firsts as (
    select concat_ws('/', owner, asset, name) as id, jsonb_build_array(
             'a free first is used exactly when a charge had it', c.uses, count(f.cell)) as fault
      from (select owner, asset, detail ->> 'first' as name, count(*) as uses
              from lines where kind = 'charge' and detail ? 'free' group by 1, 2, 3) c
      full join (select * from ledger.firsts where cell = ${cell}) f using (owner, asset, name)
     group by owner, asset, name, c.uses having c.uses is distinct from count(f.cell)
  ), faults as (
    select 1 as rank, 'lots' as table, id, fault from lots where fault is not null
    union all select 2, 'holds', id, fault from holds where fault is not null
    union all select 3, 'firsts', id, fault from firsts
  )
  select ${cell}::int as cell, f.table, id as key, fault ->> 0 as law, coalesce(fault ->> 1, ${none}) as expected,
         coalesce(fault ->> 2, ${none}) as found
    from faults f order by rank, id limit 1
`
