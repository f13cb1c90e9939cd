-- Why: plain charges, which are nearly all commands, have short ways to the same books: many as one set, which
--      `ledger.post_batch` takes, and one alone by a door of its own.
-- Safe to run while serving: yes (new functions). To undo: drop the functions.

-- What an account can burn now, in burn order, on a number line: each lot reaches to `upto` and has `free` of that.
create function ledger.line_of_lots(p_cell smallint, p_owner text, p_asset text, p_now timestamptz)
returns table (id text, free bigint, upto bigint) language sql stable as $$
  select l.id, l.remaining - l.held,
         (sum(l.remaining - l.held) over (order by l.priority, l.expires_at, l.effective_at, l.id))::bigint
    from ledger.lots l
   where l.cell = p_cell and l.owner = p_owner and l.asset = p_asset and not l.closed and not l.waiting
     and l.expires_at > p_now and l.remaining > l.held
$$;

-- Plain charges, as arrays, of accounts that have nothing due and enough for all of theirs. The accounts come once, and
-- a charge names its own by its place among them. First the sum is taken from each account, in key order, which holds its
-- lock; the statements after that see what the last holder left. Where the tab suffices for all of its charges, that is
-- all; elsewhere a new one is opened on its first lot, and where that does not suffice the charges are laid beside the lots
-- on a number line, where the overlaps are the draws. What one statement learned reaches the next in arrays by account: a
-- join of two sets whose sizes cannot be estimated may be quadratic. Whether a key is known already is looked at only when asked, for the unique index judges it.
-- Tells of each account that was taken from what it had before, from which the answers of its charges follow.
create function ledger.charge_set(
  p_cells smallint[], p_owners text[], p_assets text[], p_accounts integer[], p_amounts bigint[], p_keys text[],
  p_fingerprints uuid[], p_contras text[], p_actions text[], p_actors text[], p_notes jsonb[], p_look boolean,
  p_now timestamptz, p_blocks integer[],
  out o_done integer[], out o_taken json, out o_draws json, out o_changes jsonb
) language plpgsql
set plan_cache_mode = force_generic_plan set jit = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  r record;
  v_fit constant boolean := array_to_string(p_keys, '.') ~ '^[A-Za-z0-9_.:-]+$';
  v_nothing constant bigint[] := array_fill(0::bigint, array[cardinality(p_cells)]);
  v_total bigint[];
  v_count bigint[];
  v_taken bigint[] := v_nothing;
  v_available bigint[] := v_nothing;
  v_held bigint[] := v_nothing;
  v_debt bigint[] := v_nothing;
  v_version bigint[] := v_nothing;
  v_last bigint[] := v_nothing;
  v_at timestamptz[] := array_fill(p_now, array[cardinality(p_cells)]);
  v_late bigint[] := v_nothing;                                         -- the moment, where it is not now
  v_lot text[] := array_fill(null::text, array[cardinality(p_cells)]);  -- the lot that alone suffices: the tab's
  v_source text[] := v_lot;
  v_off integer[] := '{}';                                              -- accounts whose tab does not suffice
  v_shared bigint := 0;                                                 -- how much several lots have to share
  v_charged numeric;
  v_drawn numeric;
begin
  -- Not in the loop below: what a loop is given it copies flat, and then a text in an array is found by counting.
  select array_agg(case when s.plain then s.total else 0 end order by s.account), array_agg(s.count order by s.account)
    into v_total, v_count
    from (select c.account, sum(c.amount)::bigint as total, count(*) as count, coalesce(bool_and(
                   c.amount between 1 and 9007199254740991 and length(c.key) between 8 and 128 and v_fit
                   and not (p_look and exists (
                     select from ledger.entries e
                      where e.cell = p_cells[c.account]
                        and e.id = ledger.entry_id(p_cells[c.account], p_owners[c.account], c.key)))), false) as plain
            from unnest(p_accounts, p_amounts, p_keys) as c (account, amount, key)
           group by c.account) s;
  for r in
    update ledger.accounts a
       set available = a.available - s.total, version = a.version + s.count, last_at = greatest(a.last_at, p_now),
           tab_burnt = a.tab_burnt + case when a.tab_burnt + s.total <= a.tab_limit then s.total else 0 end,
           tab_limit = case when a.tab_burnt + s.total <= a.tab_limit then a.tab_limit else 0 end
      from (select u.* from unnest(p_cells, p_owners, p_assets, v_total, v_count) with ordinality
                         as u (cell, owner, asset, total, count, account)
             where u.total > 0 order by u.cell, u.owner collate "C", u.asset collate "C") s
     where a.cell = s.cell and a.owner = s.owner and a.asset = s.asset
       and a.available >= s.total and a.next_due > p_now
    returning s.account, s.total, s.count, a.available, a.held, a.debt, a.version, a.last_at as at,
              case when a.tab_limit > 0 then a.tab_lot end as lot, a.tab_source as source
  loop
    v_taken[r.account] := r.total;
    v_available[r.account] := r.available + r.total;
    v_held[r.account] := r.held;
    v_debt[r.account] := r.debt;
    v_version[r.account] := r.version - r.count;
    v_last[r.account] := r.version;
    if r.at <> p_now then
      v_at[r.account] := r.at;
      v_late[r.account] := ledger.ms(r.at);
    end if;
    if r.lot is null then
      v_off := v_off || r.account;
      v_shared := v_shared + r.total;
    else
      v_lot[r.account] := r.lot;
      v_source[r.account] := r.source;
    end if;
  end loop;

  if v_shared > 0 then
    perform ledger.write_tabs(array_agg(p_cells[n]), array_agg(p_owners[n]), array_agg(p_assets[n])) from unnest(v_off) as n;
    for r in
      update ledger.accounts a set tab_lot = t.lot, tab_source = t.source, tab_burnt = t.total, tab_limit = t.free
        from (select n as account, v_taken[n] as total, o.*
                from unnest(v_off) as n cross join lateral (
                  select l.cell, l.owner, l.asset, l.id as lot, l.source, l.remaining - l.held as free from ledger.lots l
                   where l.cell = p_cells[n] and l.owner = p_owners[n] and l.asset = p_assets[n] and not l.closed
                     and not l.waiting and l.expires_at > p_now and l.remaining > l.held
                   order by l.priority, l.expires_at, l.effective_at, l.id limit 1) o) t
       where a.cell = t.cell and a.owner = t.owner and a.asset = t.asset and t.free >= t.total
      returning t.account, t.total, t.lot, t.source
    loop
      v_lot[r.account] := r.lot;
      v_source[r.account] := r.source;
      v_shared := v_shared - r.total;
    end loop;
  end if;

  with written as (
    insert into ledger.entries (
      cell, owner, asset, seq, id, block, kind, amount, balance_after, held_after, debt_after, contra, key,
      fingerprint, reference_type, reference_id, draw_lots, draw_amounts, action, price_version, actor,
      description, metadata, params, created_at)
    select q.cell, q.owner, q.asset, v_version[q.account] + q.place, ledger.entry_id(q.cell, q.owner, q.key),
           p_blocks[q.cell + 1], 'charge', -q.amount,
           v_available[q.account] - q.upto + v_held[q.account] - v_debt[q.account], v_held[q.account],
           v_debt[q.account], q.contra, q.key, q.fingerprint, q.note ->> 'reference_type', q.note ->> 'reference_id',
           coalesce(d.lots, array[v_lot[q.account]]), coalesce(d.amounts, array[q.amount]), q.action,
           (q.note ->> 'price_version')::integer, q.actor, q.note ->> 'description', q.note -> 'metadata',
           q.note -> 'params', v_at[q.account]
      from (select c.*, p_cells[c.account] as cell, p_owners[c.account] as owner, p_assets[c.account] as asset,
                   (sum(c.amount) over line)::bigint as upto, row_number() over line as place
              from unnest(p_accounts, p_amounts, p_keys, p_fingerprints, p_contras, p_actions, p_actors, p_notes)
                     with ordinality as c (account, amount, key, fingerprint, contra, action, actor, note, nth)
             where v_taken[c.account] > 0
            window line as (partition by c.account order by c.nth)) q
      left join lateral (
        select * from (
          select array_agg(y.id order by y.upto) as lots,
                 array_agg(least(q.upto, y.upto) - greatest(q.upto - q.amount, y.upto - y.free) order by y.upto) as amounts
            from ledger.line_of_lots(q.cell, q.owner, q.asset, p_now) y
           where y.upto - y.free < q.upto and y.upto > q.upto - q.amount) s
         where v_lot[q.account] is null offset 0) d on true -- a fence: where one lot suffices nobody looks further
    returning amount, draw_amounts)
  select -sum(amount), sum(case when cardinality(draw_amounts) = 1 then draw_amounts[1]
                                else (select sum(n) from unnest(draw_amounts) as n) end)
    into v_charged, v_drawn from written;
  if v_charged is distinct from v_drawn then
    raise exception 'L9: charges of % drew % from lots', v_charged, v_drawn;
  end if;

  if v_shared > 0 then
    with several as materialized (
      select u.* from unnest(p_cells, p_owners, p_assets, v_taken, v_lot, v_version, v_last)
                        as u (cell, owner, asset, total, lot, version, last)
       where u.total > 0 and u.lot is null),
    burnt as (
      update ledger.lots l set remaining = l.remaining - t.amount, closed = l.remaining = t.amount
        from (select s.cell, y.id, least(y.free, s.total - (y.upto - y.free)) as amount
                from several s cross join lateral ledger.line_of_lots(s.cell, s.owner, s.asset, p_now) y
               where y.upto - y.free < s.total) t
       where l.cell = t.cell and l.id = t.id
      returning t.amount)
    select (select sum(amount) from burnt), json_agg(json_build_array(e.id, e.draw_lots, e.draw_amounts, (
             select array_agg(l.source order by d.nth) from unnest(e.draw_lots) with ordinality as d (lot, nth)
               join ledger.lots l on l.cell = e.cell and l.id = d.lot)))
      into v_drawn, o_draws
      from several s join ledger.entries e
        on e.cell = s.cell and e.owner = s.owner and e.asset = s.asset and e.seq > s.version and e.seq <= s.last;
    -- The sum above cannot see a charge that found no lot at all; this one can.
    if v_drawn is distinct from v_shared then
      raise exception 'L9: % of charges burnt % of several lots', v_shared, v_drawn;
    end if;
  end if;

  o_taken := json_build_object(
    'totals', v_taken, 'seqs', v_version, 'available', v_available, 'held', v_held, 'debts', v_debt, 'late', v_late,
    'lots', v_lot, 'sources', v_source);
  select array_agg(account), jsonb_agg(jsonb_build_array(owner, asset, available - total, held, debt, last))
    into o_done, o_changes
    from unnest(p_owners, p_assets, v_taken, v_last, v_available, v_held, v_debt)
           with ordinality as u (owner, asset, total, last, available, held, debt, account)
   where total > 0;
end $$;

-- Opens a tab on the account's first lot, where there is none and that lot has enough.
create function ledger.open_tab(p_cell smallint, p_owner text, p_asset text, p_amount bigint, p_now timestamptz)
returns boolean language plpgsql as $$
begin
  -- A statement of its own: the next one has to see what the last holder of the lock left.
  perform 1 from ledger.accounts
    where cell = p_cell and owner = p_owner and asset = p_asset and tab_lot is null and next_due > p_now for update;
  if not found then return false; end if;
  update ledger.accounts a set tab_lot = o.id, tab_source = o.source, tab_burnt = 0, tab_limit = o.remaining - o.held
    from (select l.id, l.source, l.remaining, l.held from ledger.lots l
           where l.cell = p_cell and l.owner = p_owner and l.asset = p_asset and not l.closed and not l.waiting
             and l.expires_at > p_now and l.remaining > l.held
           order by l.priority, l.expires_at, l.effective_at, l.id limit 1) o
   where a.cell = p_cell and a.owner = p_owner and a.asset = p_asset and o.remaining - o.held >= p_amount;
  return found;
end $$;

-- The door for one plain charge, which is what comes when nobody else does: what `charge_set` does, in the few statements
-- that one charge from one lot needs, and scalars are cheaper to read than arrays. Answers as `post_batch` does, which
-- takes over where it is not that simple.
create function ledger.post_charge(
  p_cell smallint, p_owner text, p_asset text, p_amount bigint, p_key text, p_fingerprint uuid,
  p_contra text, p_action text, p_actor text, p_note jsonb, p_now timestamptz
) returns json language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  a record;
begin
  for attempt in 1 .. 2 loop
    exit when p_amount not between 1 and 9007199254740991 or not ledger.key_fits(p_key);
    update ledger.accounts o
       set available = o.available - p_amount, version = o.version + 1, last_at = greatest(o.last_at, p_now),
           tab_burnt = o.tab_burnt + p_amount
      from ledger.heads h
     where h.cell = p_cell and o.cell = p_cell and o.owner = p_owner and o.asset = p_asset and o.available >= p_amount
       and o.next_due > p_now and o.tab_burnt + p_amount <= o.tab_limit
    returning o.available, o.held, o.debt, o.version, o.last_at, o.tab_lot, o.tab_source,
              h.open_block as block, pg_advisory_xact_lock_shared(7468100 + p_cell, h.open_block) into a;
    exit when found or attempt = 2 or not ledger.open_tab(p_cell, p_owner, p_asset, p_amount, p_now);
  end loop;
  if a is null then
    return ledger.post_batch(
      array[p_cell], array[p_owner], array[p_asset], array[1], array[p_amount], array[p_key], array[p_fingerprint],
      array[p_contra], array[p_action], array[p_actor], array[p_note], '[]', p_now, 'look');
  end if;
  loop -- as `enter_blocks`: the number is read again once its lock is held
    insert into ledger.entries (
      cell, owner, asset, seq, id, block, kind, amount, balance_after, held_after, debt_after, contra, key,
      fingerprint, reference_type, reference_id, draw_lots, draw_amounts, action, price_version, actor,
      description, metadata, params, created_at)
    select p_cell, p_owner, p_asset, a.version, ledger.entry_id(p_cell, p_owner, p_key), a.block, 'charge', -p_amount,
           a.available + a.held - a.debt, a.held, a.debt, p_contra, p_key, p_fingerprint, p_note ->> 'reference_type',
           p_note ->> 'reference_id', array[a.tab_lot], array[p_amount], p_action, (p_note ->> 'price_version')::integer,
           p_actor, p_note ->> 'description', p_note -> 'metadata', p_note -> 'params', a.last_at
      from ledger.heads where cell = p_cell and open_block = a.block;
    exit when found;
    select open_block, pg_advisory_xact_lock_shared(7468100 + p_cell, open_block) into a.block
      from ledger.heads where cell = p_cell;
  end loop;
  perform kernel.tell('balance.changed', p_owner, jsonb_build_object('accounts', jsonb_build_array(jsonb_build_array(
    p_owner, p_asset, a.available, a.held, a.debt, a.version))), p_now);
  return json_build_object(
    'taken', json_build_object(
      'totals', array[p_amount], 'seqs', array[a.version - 1], 'available', array[a.available + p_amount],
      'held', array[a.held], 'debts', array[a.debt],
      'late', array[case when a.last_at <> p_now then ledger.ms(a.last_at) else 0 end],
      'lots', array[a.tab_lot], 'sources', array[a.tab_source]),
    'draws', '[]'::json, 'nths', '[]'::json, 'short', '[]'::json, 'each', '[]'::json);
end $$;

select ledger.lock_up();
