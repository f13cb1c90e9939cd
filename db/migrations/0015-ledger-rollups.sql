-- Why: what the books hold, by day, without a running total that every charge would wait for: sealed blocks are
--      added up, each once.
-- Safe to run while serving: yes (new tables and a function). To undo: drop function ledger.roll_up; drop table
--      ledger.book_days, ledger.rollups.

-- numeric: one account stays within what JSON carries, all of them together need not.
create table ledger.book_days (
  cell    smallint not null,
  asset   text collate "C" not null,
  day     date not null,                     -- UTC, by business time
  book    text collate "C" not null,
  amount  numeric not null,                  -- what the book gained: the other side of its entries
  entries bigint not null,
  primary key (cell, asset, day, book)
);

-- Up to which block of a cell the entries are in book_days.
create table ledger.rollups (
  cell      smallint primary key,
  rolled_to integer not null default 0
);
insert into ledger.rollups (cell) select generate_series(0, 63);

-- Adds the next sealed blocks of a cell to its books: the sums and the mark move together or not at all, and the
-- mark's lock lets one node at it. Returns how many blocks it took; 0 when there is nothing, or somebody else is at it.
create function ledger.roll_up(p_cell smallint, p_blocks_max integer) returns integer
language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  v_from integer;
  v_to integer;
begin
  select rolled_to into v_from from ledger.rollups where cell = p_cell for update skip locked;
  if not found then return 0; end if;
  select max(no) into v_to from (
    select no from ledger.blocks where cell = p_cell and no > v_from order by no limit p_blocks_max) b;
  if v_to is null then return 0; end if;
  insert into ledger.book_days as d (cell, asset, day, book, amount, entries)
  select p_cell, e.asset, (e.created_at at time zone 'UTC')::date, e.contra, -sum(e.amount), count(*)
    from ledger.entries e
   where e.cell = p_cell and e.block > v_from and e.block <= v_to
   group by 2, 3, 4
  on conflict (cell, asset, day, book) do update
     set amount = d.amount + excluded.amount, entries = d.entries + excluded.entries;
  update ledger.rollups set rolled_to = v_to where cell = p_cell;
  return v_to - v_from;
end $$;

select ledger.lock_up();
