import type pg from 'pg'

/** Every law that the rows themselves must keep, as queries that name what breaks it. */
const LAWS: Record<string, string> = {
  'balance = sum of entries, version = their number': `
    select a.owner from ledger.accounts a left join ledger.entries e using (cell, owner, asset)
     group by a.cell, a.owner, a.asset
    having a.available + a.held - a.debt <> coalesce(sum(e.amount), 0)
        or a.version <> count(e.seq) or a.version <> coalesce(max(e.seq), 0)`,
  'each entry follows from the one before': `
    select owner from (select *, lag(balance_after, 1, 0::bigint) over w as b, lag(created_at) over w as t
      from ledger.entries window w as (partition by cell, owner, asset order by seq)) e
     where balance_after <> b + amount or created_at < t or held_after < 0 or debt_after < 0
        or balance_after - held_after + debt_after < 0`,
  'the last entry says what the account says': `
    select a.owner from ledger.accounts a join ledger.entries e
        on e.cell = a.cell and e.owner = a.owner and e.asset = a.asset and e.seq = a.version
     where (e.balance_after, e.held_after, e.debt_after, e.created_at)
        <> (a.available + a.held - a.debt, a.held, a.debt, a.last_at)`,
  'available and held = sum of lots': `
    select a.owner from ledger.accounts a left join ledger.lots_now l
        on l.cell = a.cell and l.owner = a.owner and l.asset = a.asset and not l.waiting
     group by a.cell, a.owner, a.asset
    having a.available <> coalesce(sum(l.remaining - l.held), 0) or a.held <> coalesce(sum(l.held), 0)`,
  'a lot has what entries put in and drew': `
    select s.lot from (
      -- Grouped and not joined: of what unnests nobody knows how much it will be, and a long run has plenty.
      select cell, id as lot, case when not waiting then remaining end as n from ledger.lots_now
      union all
      select e.cell, d.lot, case when e.kind = 'repay' then 1 else -sign(e.amount) end * d.n
        from ledger.entries e, unnest(e.draw_lots, e.draw_amounts) as d (lot, n)) s
     group by s.cell, s.lot having sum(s.n) <> 0 and bool_and(s.n is not null)
    union all
    select id from ledger.lots_now where remaining < held or remaining > granted`,
  'a tab is what its lot has free, at most': `
    select a.owner from ledger.accounts a left join ledger.lots l
        on l.cell = a.cell and l.id = a.tab_lot and l.owner = a.owner and l.asset = a.asset and not l.waiting
     where case when a.tab_lot is null then (a.tab_source, a.tab_burnt, a.tab_limit) is distinct from (null, 0, 0)
                else (a.tab_source, a.tab_limit) is distinct from (l.source, l.remaining - l.held) or a.tab_burnt > a.tab_limit end`,
  'held by lot = sum of open holds': `
    select coalesce(l.id, h.lot) from (select cell, id, held from ledger.lots where held > 0) l full join (
      select h.cell, u.lot, sum(u.n) as n from ledger.holds h, unnest(h.lots, h.reserved) as u (lot, n)
       where h.state = 'open' and u.n > 0 group by 1, 2) h on h.cell = l.cell and h.lot = l.id
     where l.held is distinct from h.n`,
  'nothing due lies before next_due': `
    select a.owner from ledger.accounts a where exists (select from ledger.lots l
      where l.cell = a.cell and l.owner = a.owner and l.asset = a.asset and not l.closed
        and (case when l.waiting then l.effective_at else l.expires_at end) < a.next_due and (l.waiting or l.remaining > l.held)
        and (case when l.waiting then l.effective_at else l.expires_at end) < 'infinity')
      or exists (select from ledger.holds h where h.cell = a.cell and h.owner = a.owner and h.asset = a.asset
        and h.state = 'open' and h.expires_at < a.next_due)`,
  'refunds fit their charge': `
    select r.charge_id::text from ledger.refunded_charges r left join ledger.entries e
        on e.cell = r.cell and e.kind = 'refund' and e.reference_id = r.charge_id::text
      left join ledger.entries c on c.cell = r.cell and c.id = r.charge_id
     group by r.cell, r.charge_id, r.refunded, r.charged, c.amount
    having r.refunded <> coalesce(sum(e.amount), 0) or r.refunded > r.charged or r.charged is distinct from -c.amount`,
  'a repayment takes from lots what it takes off the debt': `
    select owner from (select *, lag(debt_after) over (partition by cell, owner, asset order by seq) - debt_after as repaid
      from ledger.entries) e
     where kind = 'repay' and (amount <> 0 or repaid <= 0
       or repaid is distinct from (select sum(n) from unnest(draw_amounts) as n))`,
  'a charge draws its amount': `
    select owner from ledger.entries e where kind in ('charge', 'capture')
       and -amount <> coalesce((select sum(n) from unnest(draw_amounts) as n), 0)`,
  'the books of sealed blocks are the other side of their entries': `
    select coalesce(d.book, e.book) from (
      select cell, asset, day, book, amount, entries from ledger.book_days) d full join (
      select e.cell, e.asset, (e.created_at at time zone 'UTC')::date as day, e.contra as book,
             -sum(e.amount) as amount, count(*) as entries
        from ledger.entries e join ledger.rollups r on r.cell = e.cell and e.block <= r.rolled_to
       group by 1, 2, 3, 4) e using (cell, asset, day, book)
     where d.amount is distinct from e.amount or d.entries is distinct from e.entries`,
  'only sealed blocks are in the books': `
    select r.cell::text from ledger.rollups r
     where r.rolled_to > coalesce((select max(no) from ledger.blocks b where b.cell = r.cell), 0)`,
  'transfers meet in clearing': `
    select contra from ledger.entries where contra like 'clearing:%' group by contra having sum(amount) <> 0`,
  'ids grow from owner and key, owners live in their cell': `
    select owner from ledger.entries where id <> ledger.entry_id(cell, owner, key) or cell <> ledger.cell_of(owner)`,
  'blocks chain and digest what is there': `
    select cell::text from (select b.*, lag(digest) over (partition by cell order by no) as before,
        lag(no, 1, 0) over (partition by cell order by no) as n0 from ledger.blocks b) b
     cross join lateral ledger.digest(b.cell, b.no, b.prev) d
     where b.prev <> coalesce(b.before, '\\x') or b.no <> b.n0 + 1 or d.o_digest <> b.digest or d.o_entries <> b.entries`,
}

/** The broken laws, each with the first things that break it; empty when all hold. */
export async function brokenLaws(db: Pick<pg.Pool, 'query'>): Promise<string[]> {
  const broken: string[] = []
  for (const [law, text] of Object.entries(LAWS)) {
    const { rows } = await db.query({ text: `${text} limit 3`, rowMode: 'array' })
    if (rows.length > 0) broken.push(`${law}: ${rows.join(' ')}`)
  }
  return broken
}
