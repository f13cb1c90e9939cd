-- Why: owners who are frozen or may spend only so much a day or month, and what they and capped keys have spent.
-- Safe to run while serving: yes (new tables and functions). To undo: drop both functions, then both tables.

-- Only owners with something to guard have a row; whoever has none costs a charge nothing.
create table credits.guards (
  owner         text collate "C" primary key,
  frozen_at     timestamptz,
  frozen_reason text,
  day_max       bigint check (day_max between 0 and 9007199254740991),
  month_max     bigint check (month_max between 0 and 9007199254740991),
  capped_since  timestamptz,                       -- what was spent before is not in the counters
  set_by_staff  boolean not null default false,    -- then the owner may not loosen it
  constraint guards_frozen_with_reason check ((frozen_at is null) = (frozen_reason is null)),
  constraint guards_capped_since_a_moment
    check ((capped_since is null) = (day_max is null and month_max is null))
);

-- How much of a window is used up. One row for a window, so that its lock judges those who race.
create table credits.spending (
  who    text collate "C" not null,       -- an owner or a key
  asset  text collate "C" not null,
  every  text collate "C" not null check (every in ('day', 'month')),
  starts date not null,                   -- of UTC
  spent  bigint not null check (spent >= 0),
  primary key (who, asset, every, starts)
);
create index spending_by_age on credits.spending (starts);

-- Takes the amount out of all these windows or of none. o_full is the first that has no room, o_spent what is
-- used up in it; both null when it was taken. Windows are locked in one order, so nobody deadlocks.
create function credits.reserve(
  p_asset text, p_who text[], p_every text[], p_starts date[], p_max bigint[], p_amount bigint,
  out o_full integer, out o_spent bigint
) language plpgsql as $$
declare
  r record;
  v_spent bigint;
begin
  insert into credits.spending (who, asset, every, starts, spent)
  select w.who, p_asset, w.every, w.starts, 0
    from unnest(p_who, p_every, p_starts) as w (who, every, starts)
   order by w.who collate "C", w.every collate "C"
  on conflict (who, asset, every, starts) do nothing;
  for r in select w.* from unnest(p_who, p_every, p_starts, p_max) with ordinality as w (who, every, starts, max, nth)
            order by w.who collate "C", w.every collate "C" loop
    select s.spent into strict v_spent from credits.spending s
     where s.who = r.who and s.asset = p_asset and s.every = r.every and s.starts = r.starts for update;
    if v_spent + p_amount > r.max then
      o_full := r.nth;
      o_spent := v_spent;
      return;
    end if;
  end loop;
  update credits.spending s set spent = s.spent + p_amount
    from unnest(p_who, p_every, p_starts) as w (who, every, starts)
   where s.who = w.who and s.asset = p_asset and s.every = w.every and s.starts = w.starts;
end $$;

create function credits.give_back(p_asset text, p_who text[], p_every text[], p_starts date[], p_amount bigint)
returns void language plpgsql as $$
declare
  r record;
begin
  for r in select w.* from unnest(p_who, p_every, p_starts) as w (who, every, starts)
            order by w.who collate "C", w.every collate "C" loop
    update credits.spending s set spent = greatest(s.spent - p_amount, 0)
     where s.who = r.who and s.asset = p_asset and s.every = r.every and s.starts = r.starts;
  end loop;
end $$;

select kernel.let_app('select, insert, update on credits.guards');
select kernel.let_app('select, insert, update, delete on credits.spending');
