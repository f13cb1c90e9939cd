import type pg from 'pg'

/**
 * Accounts as grants would have made them, each with a small lot that expires and a large one that was bought,
 * and the plain tables of the rivals. Written straight into the tables by their owner, for that takes seconds
 * where 200,000 grants take a minute; every law of the books holds for what it writes.
 */
export async function fillBooks(db: pg.Pool, accounts: number): Promise<void> {
  await db.query(RIVALS)
  await db.query(
    `create temporary table o as
      select n, ledger.cell_of('usr_' || lpad(n::text, 26, '0')) as cell, 'usr_' || lpad(n::text, 26, '0') as owner
        from generate_series(0, ${accounts}) n order by 2, 3`,
  )
  for (const statement of STATEMENTS) await db.query(statement)
  await db.query('drop table o')
  await db.query(
    'vacuum analyze ledger.accounts, ledger.lots, ledger.entries, identity.owners, bench.accounts',
  )
  await db.query('checkpoint').catch(() => {}) // not every user may; it only quietens the first slices
}

const RIVALS = `
  create schema bench;
  create table bench.accounts (
    owner text collate "C" primary key, balance bigint not null check (balance >= 0)
  ) with (fillfactor = 50);
  create table bench.entries (
    id bigint generated always as identity primary key, owner text collate "C" not null,
    amount bigint not null, balance_after bigint not null, key text collate "C" not null,
    created_at timestamptz not null default clock_timestamp(), unique (owner, key));
  create index on bench.entries (owner, id);
  create function bench.charge(p_owner text, p_amount bigint, p_key text) returns bigint language plpgsql as $$
  declare
    v_after bigint;
  begin
    update bench.accounts set balance = balance - p_amount
     where owner = p_owner and balance >= p_amount returning balance into v_after;
    if not found then raise exception 'not enough'; end if;
    insert into bench.entries (owner, amount, balance_after, key) values (p_owner, -p_amount, v_after, p_key);
    return v_after;
  end $$;
  do $$
  begin
    if exists (select from pg_roles where rolname = 'tongbao_app') then
      grant usage on schema bench to tongbao_app;
      grant select, insert, update on all tables in schema bench to tongbao_app;
    end if;
  end $$`

const LOTS = `(values (1, 'promo', 10, 300::bigint, 300::bigint, '2099-01-01'::timestamptz, false),
                      (2, 'purchase', 50, 1000000000000, 1000000000300, 'infinity', true))
              as v (seq, source, priority, granted, balance, expires_at, refundable)`
// Ten letters of time, two of the cell, fourteen of chance: the form of every lot id.
const LOT_ID = `'lot_' || lpad(o.n::text, 10, '0')
  || substr('0123456789abcdefghjkmnpqrstvwxyz', o.cell / 32 + 1, 1)
  || substr('0123456789abcdefghjkmnpqrstvwxyz', o.cell % 32 + 1, 1) || lpad(v.seq::text, 14, '0')`

const STATEMENTS = [
  `insert into identity.owners (id, external_id, created_at)
   select owner, 'bench-' || n, clock_timestamp() from o`,
  `insert into ledger.accounts (cell, owner, asset, available, version, next_due, last_at)
   select cell, owner, 'credit', 1000000000300, 2, '2099-01-01', '2026-01-01' from o`,
  `insert into ledger.lots (cell, id, owner, asset, source, granted, remaining, priority, effective_at,
     expires_at, refundable, created_at)
   select o.cell, ${LOT_ID}, o.owner, 'credit', v.source, v.granted, v.granted, v.priority, '2026-01-01',
          v.expires_at, v.refundable, '2026-01-01'
     from o cross join ${LOTS}`,
  `insert into ledger.entries (cell, owner, asset, seq, id, block, kind, amount, balance_after, held_after,
     debt_after, contra, key, draw_lots, draw_amounts, detail, created_at)
   select o.cell, o.owner, 'credit', v.seq, ledger.entry_id(o.cell, o.owner, 'bench-grant-' || v.seq), h.open_block,
          'grant', v.granted, v.balance, 0, 0, 'issuance:' || v.source, 'bench-grant-' || v.seq,
          array[${LOT_ID}], array[v.granted],
          jsonb_build_object(
            'lot_id', ${LOT_ID}, 'source', v.source, 'priority', v.priority, 'remaining', v.granted, 'debt_repaid', 0,
            'effective_at', ledger.ms('2026-01-01'::timestamptz), 'expires_at', ledger.ms(v.expires_at::timestamptz),
            'refundable', v.refundable, 'order_id', null), '2026-01-01'
     from o join ledger.heads h on h.cell = o.cell cross join ${LOTS}`,
  `insert into bench.accounts (owner, balance) select owner, 1000000000300 from o`,
]
