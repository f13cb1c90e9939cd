-- Why: the last verdict on the books can be read, they have a name that goes where a dump goes, and what verification asks of few rows has an index of its own.
-- Safe to run while serving: no, the indexes block writing while they are made; before the first release nobody waits.
-- To undo: drop table ledger.verdicts, ledger.identity; drop function ledger.note_verdict; drop the three indexes.

-- A charge from one lot pays for none of them: it only is not one of them.
-- squawk-ignore require-concurrent-index-creation
create index entries_of_refunds on ledger.entries (cell, reference_id) include (amount) where kind = 'refund';
-- squawk-ignore require-concurrent-index-creation
create index entries_in_clearing on ledger.entries (cell, contra) where contra like 'clearing:%';
-- squawk-ignore require-concurrent-index-creation
create index entries_not_plain on ledger.entries (cell) where detail is not null or cardinality(draw_lots) > 1;

create table ledger.verdicts (
  at       timestamptz primary key default clock_timestamp(), -- the machine's time, like began_at
  began_at timestamptz not null,
  by       text collate "C" not null check (by in ('job', 'command')),
  cells    smallint not null check (cells between 0 and 64),
  entries  bigint not null,
  anchors  integer not null,
  faults   jsonb not null
);

-- What is anchored outside is anchored of these books, in whatever database they are.
create table ledger.identity (
  one boolean primary key default true check (one),
  id   uuid not null default gen_random_uuid()
);
insert into ledger.identity default values;
create trigger "L23 books keep their name" before update or delete on ledger.identity
  for each row execute function kernel.refuse_change();

-- The application reads the books and may not write them; a verdict is the one thing it may add.
create function ledger.note_verdict(
  p_began_at timestamptz, p_by text, p_cells smallint, p_entries bigint, p_anchors integer, p_faults jsonb
) returns void language sql security definer set search_path = ledger, pg_temp as $$
  insert into ledger.verdicts (began_at, by, cells, entries, anchors, faults)
  values (p_began_at, p_by, p_cells, p_entries, p_anchors, p_faults)
$$;

select ledger.lock_up();
select kernel.let_app('execute on function ledger.note_verdict');
