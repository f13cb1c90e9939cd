-- Why: the books. Everything of value moves as an immutable entry on one account; lots remember where it came
--      from and when it ends. Only the functions of 0011-0018 write here, as a role the application is not in.
-- Safe to run while serving: yes (new schema). To undo: drop schema ledger cascade; drop role tongbao_ledger.
create schema ledger;

-- Owns the books and the functions that write them; nobody signs in as it. Where the given user may not
-- create roles everything stays with that user: `tongbao doctor` says so, and the triggers still hold.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'tongbao_ledger') then
    create role tongbao_ledger nologin;
    execute format('grant tongbao_ledger to %I', current_user);
  end if;
exception
  when insufficient_privilege then
    raise notice 'no right to create the role tongbao_ledger; the ledger stays with %', current_user;
  when duplicate_object or unique_violation then
    null; -- roles belong to the whole cluster: another database was quicker
end $$;

-- A reference table: small, read by every cell.
create table ledger.assets (
  asset  text collate "C" primary key,
  digits smallint not null check (digits between 0 and 8)
);
-- What is bought with play money is spent as play money.
insert into ledger.assets values ('credit', 0), ('coin', 2), ('cny', 2), ('test_credit', 0);

-- `cell` leads every key: it is the distribution column on a distributed PostgreSQL. Fillfactor and the choice
-- of indexed columns keep a charge's updates HOT: no index holds a column that a charge changes.
create table ledger.accounts (
  cell       smallint not null,
  owner      text collate "C" not null,
  asset      text collate "C" not null references ledger.assets,
  available  bigint not null default 0,
  held       bigint not null default 0,
  debt       bigint not null default 0,
  version    bigint not null default 0,                    -- seq of the last entry
  next_due   timestamptz not null default 'infinity',      -- before this moment time alone changes nothing here
  last_at    timestamptz not null default '-infinity',     -- created_at of the last entry
  -- The tab: what plain charges have burnt of the account's first lot since the lot was last written. While it is
  -- open a charge writes one row and one entry; whatever else comes is preceded by `write_tabs`.
  tab_lot    text collate "C",
  tab_source text collate "C",
  tab_burnt  bigint not null default 0,
  tab_limit  bigint not null default 0,                    -- what the lot has free
  primary key (cell, owner, asset),
  -- Short, because PostgreSQL reads their text anew with every charge.
  constraint "L1 never overdrawn" check (least(available, held, debt, tab_burnt) >= 0),
  constraint "L2 exact in JSON" check (greatest(available + held, debt) <= 9007199254740991)
) with (fillfactor = 50);
create index accounts_due on ledger.accounts (cell, next_due) where next_due < 'infinity';

create table ledger.entries (
  cell           smallint not null,
  owner          text collate "C" not null,
  asset          text collate "C" not null,
  seq            bigint not null,
  id             uuid not null,              -- grown from owner and key, so its uniqueness is the key's
  block          integer not null,
  kind           text collate "C" not null,
  amount         bigint not null,            -- change of available + held - debt
  balance_after  bigint not null,            -- available + held - debt
  held_after     bigint not null,
  debt_after     bigint not null,
  contra         text collate "C" not null,
  key            text collate "C" not null,  -- one that begins with # is the ledger's own
  fingerprint    uuid,
  reference_type text collate "C",
  reference_id   text collate "C",
  draw_lots      text[] collate "C",
  draw_amounts   bigint[],
  action         text collate "C",
  price_version  integer,
  actor          text collate "C",
  description    text,
  metadata       jsonb,
  detail         jsonb,
  params         jsonb,                      -- what a priced action was asked with; only to look at traffic
  created_at     timestamptz not null,       -- business time; never goes back along seq
  primary key (cell, owner, asset, seq),
  unique (cell, id)
);
-- It is only ever added to, so there is no hurry; at PostgreSQL's own pace a vacuum holds up charges for seconds.
alter table ledger.entries set (autovacuum_vacuum_cost_delay = 10);
-- What a sealer reads; appended at its right edge, so it costs little.
create index entries_by_block on ledger.entries (cell, block);
-- What jobs really cost, by action. Charges, which are nearly all entries, are not in it.
create index entries_captures on ledger.entries (action, asset, created_at desc) where kind = 'capture';

create table ledger.lots (
  cell         smallint not null,
  id           text collate "C" not null,
  owner        text collate "C" not null,
  asset        text collate "C" not null,
  source       text collate "C" not null,
  granted      bigint not null,
  remaining    bigint not null,
  held         bigint not null default 0,
  expired      bigint not null default 0,   -- went to breakage
  clawed       bigint not null default 0,   -- share of the grant that refunds of its order have asked back
  taken        bigint not null default 0,   -- of clawed: what was still there
  owed         bigint not null default 0,   -- of clawed: what had been spent and became debt
  priority     smallint not null,
  effective_at timestamptz not null,
  expires_at   timestamptz not null default 'infinity',
  refundable   boolean not null,
  order_id     text collate "C",
  grace_of     text collate "C",            -- the lot whose refunded part this one carries on
  waiting      boolean not null default false,
  closed       boolean not null default false,
  created_at   timestamptz not null,
  primary key (cell, id),
  constraint "L3 a lot holds what it was granted at most" check (remaining between 0 and granted),
  constraint "L4 a lot reserves what it has at most" check (held between 0 and remaining),
  constraint "L5 closed means empty" check (closed = (remaining = 0)),
  check (clawed between 0 and granted and taken + owed <= clawed),
  check (effective_at < expires_at)
) with (fillfactor = 60);
-- Lots as they are, what is on their accounts' tabs taken off. Only `closed` is as it was last written.
create view ledger.lots_now with (security_invoker = true) as
  select l.cell, l.id, l.owner, l.asset, l.source, l.granted,
         l.remaining - case when a.tab_lot = l.id then a.tab_burnt else 0 end as remaining,
         l.held, l.expired, l.clawed, l.taken, l.owed, l.priority, l.effective_at, l.expires_at, l.refundable,
         l.order_id, l.grace_of, l.waiting, l.closed, l.created_at
    from ledger.lots l join ledger.accounts a on a.cell = l.cell and a.owner = l.owner and a.asset = l.asset;
-- The burn order. The predicate is on `closed`, not on `remaining`: otherwise no charge could be HOT.
create index lots_open on ledger.lots (cell, owner, asset, priority, expires_at, effective_at, id)
  where not closed;
create index lots_closed on ledger.lots (cell, owner, asset, id) where closed;
create index lots_by_grace on ledger.lots (cell, grace_of) where grace_of is not null;
create index lots_by_order on ledger.lots (cell, owner, order_id) where order_id is not null;

create table ledger.holds (
  cell          smallint not null,
  id            text collate "C" not null,
  owner         text collate "C" not null,
  asset         text collate "C" not null,
  amount        bigint not null check (amount > 0),
  captured      bigint not null default 0 check (captured >= 0),
  state         text collate "C" not null default 'open'
                check (state in ('open', 'captured', 'released', 'expired')),
  lots          text[] collate "C" not null,
  reserved      bigint[] not null,          -- what is still reserved, lot by lot
  price_version integer,
  action        text collate "C",
  actor         text collate "C",           -- who placed it
  expires_at    timestamptz not null,
  created_at    timestamptz not null,
  primary key (cell, id)
);
create index holds_open on ledger.holds (cell, owner, asset, expires_at, id) where state = 'open';

-- Only charges that were ever refunded have a row, so that charges pay nothing for it.
create table ledger.refunded_charges (
  cell      smallint not null,
  charge_id uuid not null,
  owner     text collate "C" not null,
  charged   bigint not null,
  refunded  bigint not null,
  primary key (cell, charge_id),
  constraint "L6 refunds stay within their charge" check (refunded between 0 and charged)
);

-- What an owner has had for free once.
create table ledger.firsts (
  cell  smallint not null,
  owner text collate "C" not null,
  asset text collate "C" not null,
  name  text collate "C" not null,
  primary key (cell, owner, asset, name)
);

-- Which block of a cell new entries belong to. Read by every post, written once a second by the sealer.
create table ledger.heads (
  cell       smallint primary key,
  open_block integer not null default 1
);
insert into ledger.heads (cell) select generate_series(0, 63);

create table ledger.blocks (
  cell      smallint not null,
  no        integer not null,
  entries   integer not null,
  prev      bytea not null,
  digest    bytea not null,
  sealed_at timestamptz not null default clock_timestamp(),
  primary key (cell, no)
);

create trigger "L7 entries are for ever" before update or delete on ledger.entries
  for each row execute function kernel.refuse_change();
create trigger "L7 entries stay" before truncate on ledger.entries
  for each statement execute function kernel.refuse_change();
create trigger "L7 blocks are for ever" before update or delete on ledger.blocks
  for each row execute function kernel.refuse_change();
create trigger "L7 blocks stay" before truncate on ledger.blocks
  for each statement execute function kernel.refuse_change();

-- Hands everything in the schema to tongbao_ledger and lets the application read and knock at the doors.
-- Every migration of this schema ends by calling it, because what it creates belongs to the migrating user.
create function ledger.lock_up() returns void language plpgsql as $$
declare
  r record;
  v_doors constant text[] := array[
    'post', 'post_batch', 'post_charge', 'post_transfer', 'close_block', 'seal', 'roll_up', 'balance_at', 'cell_of',
    'entry_id'];
begin
  for r in select p.oid::regprocedure as signature, p.proname from pg_catalog.pg_proc p
            where p.pronamespace = 'ledger'::regnamespace loop
    execute format('revoke all on function %s from public', r.signature);
    if r.proname = any (v_doors) then
      perform kernel.let_app(format('execute on function %s', r.signature));
    end if;
  end loop;
  perform kernel.let_app('usage on schema ledger');
  perform kernel.let_app('select on all tables in schema ledger');
  if not exists (select from pg_catalog.pg_roles where rolname = 'tongbao_ledger')
     or not pg_catalog.pg_has_role(current_user, 'tongbao_ledger', 'member') then
    return;
  end if;
  execute format('grant usage on schema %I to tongbao_ledger', 'kernel');
  alter schema ledger owner to tongbao_ledger; -- first: an owner of tables needs the right to create there
  for r in select p.oid::regprocedure as signature from pg_catalog.pg_proc p
            where p.pronamespace = 'ledger'::regnamespace and p.proname <> 'lock_up' loop
    execute format('alter function %s owner to tongbao_ledger', r.signature);
  end loop;
  for r in select c.oid::regclass as name from pg_catalog.pg_class c
            where c.relnamespace = 'ledger'::regnamespace and c.relkind = 'r' loop
    execute format('alter table %s owner to tongbao_ledger', r.name);
  end loop;
end $$;
