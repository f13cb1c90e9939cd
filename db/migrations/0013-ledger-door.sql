-- Why: the one door. `ledger.post_batch` takes commands of any cells in one transaction: plain charges go through
--      as one set, everything else one by one, and both leave the same books; then it tells what changed.
--      `ledger.post` does one cell's commands and touches nothing outside it, so that a distributed PostgreSQL
--      hands the whole call to the cell's node. `ledger.post_transfer` moves between two accounts.
-- Safe to run while serving: yes (new functions). To undo: drop the functions.

-- The blocks that new entries of these cells belong to, at index cell + 1. The shared locks last until commit: a
-- sealer that has closed a block waits for them. Reading again under the lock is what makes the wait sufficient.
create function ledger.enter_blocks(p_cells smallint[]) returns integer[] language plpgsql as $$
declare
  v_blocks integer[];
  v_again integer[];
  v_cell constant integer := p_cells[1];
  v_block integer;
begin
  if cardinality(p_cells) = 1 then -- the same, without a look at the others
    loop
      select open_block into strict v_block from ledger.heads where cell = p_cells[1];
      exit when v_block = v_blocks[v_cell + 1];
      v_blocks[v_cell + 1] := v_block;
      perform pg_advisory_xact_lock_shared(7468100 + v_cell, v_block);
    end loop;
    return v_blocks;
  end if;
  loop
    select array_agg(case when cell = any (p_cells) then open_block end order by cell) into v_blocks
      from ledger.heads;
    exit when v_blocks = v_again;
    v_again := v_blocks;
    perform pg_advisory_xact_lock_shared(7468100 + c, v_blocks[c + 1]) from unnest(p_cells) as c;
  end loop;
  return v_blocks;
end $$;

-- Locks the accounts in key order, so that batches queue and never deadlock; opens those that a command may
-- open. The lock comes in a statement of its own: what follows must see what the last holder left.
create function ledger.lock_accounts(p_cells smallint[], p_owners text[], p_assets text[], p_kinds text[])
returns void language plpgsql as $$
declare
  v_named integer;
  v_locked integer;
  r record;
begin
  for i in 1 .. 2 loop
    with named as materialized (
      select distinct c.cell, c.owner, c.asset from unnest(p_cells, p_owners, p_assets) as c (cell, owner, asset)),
    locked as materialized (
      select 1 from named n
        join ledger.accounts a on a.cell = n.cell and a.owner = n.owner and a.asset = n.asset
       order by a.cell, a.owner, a.asset for update of a)
    select (select count(*) from named), (select count(*) from locked) into v_named, v_locked;
    exit when v_named = v_locked or i = 2;
    for r in select c.cell, c.owner, c.asset
               from unnest(p_cells, p_owners, p_assets, p_kinds) as c (cell, owner, asset, kind)
               join ledger.assets s on s.asset = c.asset
              where c.kind in ('grant', 'adjust', 'arrive', 'charge')
              group by c.cell, c.owner, c.asset
              order by c.cell, c.owner collate "C", c.asset collate "C" loop
      if ledger.cell_of(r.owner) <> r.cell then
        raise exception 'L8: % does not live in cell %', r.owner, r.cell;
      end if;
      insert into ledger.accounts (cell, owner, asset) values (r.cell, r.owner, r.asset)
      on conflict (cell, owner, asset) do nothing;
    end loop;
  end loop;
end $$;

-- Not written as {8,128}: PostgreSQL takes thirty microseconds to count so far.
create function ledger.key_fits(p_key text) returns boolean language sql immutable as $$
  select length(p_key) between 8 and 128 and p_key ~ '^[A-Za-z0-9_.:-]+$'
$$;

-- One command, on an account whose lock is held.
create function ledger.exact(p_cell smallint, p_cmd jsonb, p_now timestamptz, p_block integer) returns jsonb
language plpgsql as $$
declare
  x ledger.act;
  e ledger.entries;
  v_due timestamptz;
  v_kind text := p_cmd ->> 'kind';
begin
  x := row(p_cell, p_cmd ->> 'owner', p_cmd ->> 'asset', p_now, p_block, p_cmd ->> 'key', p_cmd);
  if v_kind <> 'expire' then
    if x.key is null or not ledger.key_fits(x.key) then
      return ledger.refuse('idempotency_key_invalid');
    end if;
    select * into e from ledger.entries
     where cell = p_cell and id = ledger.entry_id(p_cell, x.owner, x.key);
    if found then
      return case when e.fingerprint = (p_cmd ->> 'fingerprint')::uuid
        then ledger.answer(e, true) else ledger.refuse('idempotency_key_reused') end;
    end if;
  end if;
  select next_due into v_due from ledger.accounts
   where cell = p_cell and owner = x.owner and asset = x.asset;
  if not found and not exists (select from ledger.assets where asset = x.asset) then
    return ledger.refuse('asset_unknown');
  end if;
  if v_kind = 'expire' then
    return jsonb_build_object('ok', true, 'settled', case when v_due <= p_now then ledger.settle(x) else 0 end);
  end if;
  if v_due <= p_now then
    perform ledger.settle(x);
    -- What has been written down stays written; whoever asks again finds less of it.
    if ledger.is_due(x) then return ledger.refuse('ledger_busy', '{"retry_after": 1}'); end if;
  end if;
  return case v_kind
    when 'charge' then ledger.charge(x)
    when 'grant' then ledger.grant(x)
    when 'hold' then ledger.hold(x)
    when 'capture' then ledger.capture(x)
    when 'release' then ledger.release(x)
    when 'extend' then ledger.extend(x)
    when 'refund' then ledger.refund(x)
    when 'clawback' then ledger.clawback(x)
    when 'adjust' then ledger.adjust(x)
    when 'transfer' then ledger.transfer_out(x)
    else ledger.refuse('command_unknown') end;
end $$;

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
-- lock; the statements after that see what the last holder left. Where an account's first lot suffices for all of its
-- charges, that lot is burnt at once; elsewhere the charges are laid beside the lots on a number line, where the overlaps
-- are the draws. What one statement learned reaches the next in arrays by account: a join of two sets whose sizes cannot be
-- estimated may be quadratic. Whether a key is known already is looked at only when asked, for the unique index judges it.
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
  v_lot text[] := array_fill(null::text, array[cardinality(p_cells)]);  -- the lot that alone suffices
  v_source text[] := v_lot;
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
       set available = a.available - s.total, version = a.version + s.count, last_at = greatest(a.last_at, p_now)
      from (select u.* from unnest(p_cells, p_owners, p_assets, v_total, v_count) with ordinality
                         as u (cell, owner, asset, total, count, account)
             where u.total > 0 order by u.cell, u.owner collate "C", u.asset collate "C") s
     where a.cell = s.cell and a.owner = s.owner and a.asset = s.asset
       and a.available >= s.total and a.next_due > p_now
    returning s.account, s.total, s.count, a.available, a.held, a.debt, a.version, a.last_at as at
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
    v_shared := v_shared + r.total;
  end loop;

  for r in
    update ledger.lots l set remaining = l.remaining - t.total, closed = l.remaining = t.total
      from (select u.account, u.cell, u.total, (
                select o.id from ledger.lots o
                 where o.cell = u.cell and o.owner = u.owner and o.asset = u.asset and not o.closed and not o.waiting
                   and o.expires_at > p_now and o.remaining > o.held
                 order by o.priority, o.expires_at, o.effective_at, o.id limit 1) as lot
              from unnest(p_cells, p_owners, p_assets, v_taken) with ordinality as u (cell, owner, asset, total, account)
             where u.total > 0) t
     where l.cell = t.cell and l.id = t.lot and l.remaining - l.held >= t.total
    returning t.account, t.total, l.id, l.source
  loop
    v_lot[r.account] := r.id;
    v_source[r.account] := r.source;
    v_shared := v_shared - r.total;
  end loop;

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

-- The commands one by one, their accounts locked: [[nth, answer], …].
create function ledger.each(p_commands jsonb, p_now timestamptz, p_blocks integer[]) returns jsonb
language plpgsql as $$
declare
  r record;
  v_answers jsonb := '[]';
begin
  for r in select c.cmd, c.nth, (c.cmd ->> 'cell')::smallint as cell
             from jsonb_array_elements(p_commands) with ordinality as c (cmd, nth) order by c.nth loop
    v_answers := v_answers || jsonb_build_array(jsonb_build_array(
      r.nth, ledger.exact(r.cell, r.cmd, p_now, p_blocks[r.cell + 1])));
  end loop;
  return v_answers;
end $$;

-- The door for one cell: nothing outside it is touched, so a distributed PostgreSQL hands the whole call to the
-- node of the cell. Every statement below it carries the cell.
create function ledger.post(p_cell smallint, p_commands jsonb, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = ledger, pg_temp set timezone = 'UTC' as $$
declare
  v_blocks integer[] := ledger.enter_blocks(array[p_cell]);
begin
  perform ledger.lock_accounts(array_agg(p_cell), array_agg(c.owner), array_agg(c.asset), array_agg(c.kind))
     from jsonb_to_recordset(p_commands) as c (owner text, asset text, kind text);
  return ledger.each(p_commands, p_now, v_blocks);
end $$;

create function ledger.accounts_of(p_commands jsonb) returns jsonb language sql stable as $$
  select jsonb_agg(jsonb_build_array(a.owner, a.asset, a.available, a.held, a.debt, a.version))
    from (select distinct cell, owner, asset
            from jsonb_to_recordset(p_commands) as c (cell smallint, owner text, asset text)) o
    join ledger.accounts a on a.cell = o.cell and a.owner = o.owner and a.asset = o.asset
$$;

-- The door for commands of any cells, all in one transaction. Plain charges come as arrays, which are cheaper to
-- read than JSON, beside the accounts they name; p_commands are all others, of other accounts than the charges. How
-- charges go is `set`, or `look` where some of their keys may be known, or `each` by itself. Answers {"taken": {"totals":
-- [taken from each account], "seqs", "available", "held", "debts": [as it was before], "late": [the moment where it is not
-- now], "lots", "sources": [which one gave all]}, "draws": [[id, lots, amounts, sources], …] of the charges that
-- share lots, "short": [[nth of charge, answer], …], "each": [[nth of command, answer], …]}. Tells once for all of them,
-- in the same transaction: one row that names every account it changed.
create function ledger.post_batch(
  p_cells smallint[], p_owners text[], p_assets text[], p_accounts integer[], p_amounts bigint[], p_keys text[],
  p_fingerprints uuid[], p_contras text[], p_actions text[], p_actors text[], p_notes jsonb[], p_commands jsonb,
  p_now timestamptz, p_how text
) returns json language plpgsql security definer set search_path = ledger, pg_temp set timezone = 'UTC' as $$
declare
  v_blocks integer[];
  v_alone constant boolean := p_commands = '[]' and p_how <> 'each';
  s record;
  v_short jsonb;
  v_nths bigint[];
  v_answers jsonb := '[]';
  v_each jsonb := '[]';
  v_changes jsonb := '[]';
begin
  v_blocks := ledger.enter_blocks(array(
    select distinct c from unnest(p_cells) as c
    union select c.cell from jsonb_to_recordset(p_commands) as c (cell smallint)));
  -- A batch of charges alone locks by taking; any other locks everything first, in one order.
  if not v_alone then
    perform ledger.lock_accounts(
      p_cells || array_agg(c.cell), p_owners || array_agg(c.owner), p_assets || array_agg(c.asset),
      array_fill('charge'::text, array[cardinality(p_cells)]) || array_agg(c.kind))
       from jsonb_to_recordset(p_commands) as c (cell smallint, owner text, asset text, kind text);
  end if;
  select null::integer[] as o_done, null::json as o_taken, null::json as o_draws, null::jsonb as o_changes into s;
  if p_how <> 'each' and cardinality(p_cells) > 0 then
    select * into s from ledger.charge_set(
      p_cells, p_owners, p_assets, p_accounts, p_amounts, p_keys, p_fingerprints, p_contras, p_actions, p_actors,
      p_notes, p_how = 'look', p_now, v_blocks);
    v_changes := coalesce(s.o_changes, '[]');
  end if;
  if coalesce(cardinality(s.o_done), 0) < cardinality(p_cells) then
    select jsonb_agg(coalesce(c.note, '{}') || jsonb_strip_nulls(jsonb_build_object(
             'kind', 'charge', 'cell', p_cells[c.account], 'owner', p_owners[c.account], 'asset', p_assets[c.account],
             'amount', c.amount, 'key', c.key, 'fingerprint', c.fingerprint, 'contra', c.contra,
             'action', c.action, 'actor', c.actor)) order by c.nth),
           array_agg(c.nth order by c.nth)
      into v_short, v_nths
      from unnest(p_accounts, p_amounts, p_keys, p_fingerprints, p_contras, p_actions, p_actors, p_notes)
             with ordinality as c (account, amount, key, fingerprint, contra, action, actor, note, nth)
     where s.o_done is null or c.account <> all (s.o_done);
    -- Out of order for once: should two processes cross here, one is told so and comes again.
    if v_alone then
      perform ledger.lock_accounts(array_agg(c.cell), array_agg(c.owner), array_agg(c.asset), array_agg(c.kind))
         from jsonb_to_recordset(v_short) as c (cell smallint, owner text, asset text, kind text);
    end if;
    v_answers := ledger.each(v_short, p_now, v_blocks);
    v_changes := v_changes || coalesce(ledger.accounts_of(v_short), '[]');
  end if;
  if p_commands <> '[]' then
    v_each := ledger.each(p_commands, p_now, v_blocks);
    v_changes := v_changes || coalesce(ledger.accounts_of(p_commands), '[]');
  end if;
  if v_changes <> '[]' then perform ledger.tell_changes(v_changes, p_now); end if;
  return json_build_object(
    'taken', coalesce(s.o_taken, '{"totals": []}'), 'draws', coalesce(s.o_draws, '[]'), 'nths', coalesce(v_nths, '{}'),
    'short', v_answers, 'each', v_each);
end $$;

create function ledger.tell_changes(p_changes jsonb, p_now timestamptz) returns void language sql as $$
  select kernel.tell('balance.changed',
    case when jsonb_array_length(p_changes) = 1 then p_changes #>> '{0,0}' end,
    jsonb_build_object('accounts', p_changes), p_now)
$$;

-- The door for one plain charge, which is what comes when nobody else does: what `charge_set` does, in the few statements
-- that one charge from one lot needs, and scalars are cheaper to read than arrays. Answers as `post_batch` does, which
-- takes over where it is not that simple.
create function ledger.post_charge(
  p_cell smallint, p_owner text, p_asset text, p_amount bigint, p_key text, p_fingerprint uuid,
  p_contra text, p_action text, p_actor text, p_note jsonb, p_now timestamptz
) returns json language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  a ledger.accounts;
  v_block integer;
  v_lot text;
  v_source text;
begin
  if p_amount between 1 and 9007199254740991 and ledger.key_fits(p_key) then
    update ledger.accounts
       set available = available - p_amount, version = version + 1, last_at = greatest(last_at, p_now)
     where cell = p_cell and owner = p_owner and asset = p_asset and available >= p_amount and next_due > p_now
    returning * into a;
  end if;
  if a.cell is not null then
    -- A statement of its own, so that it sees what the last holder of the account's lock left.
    update ledger.lots l set remaining = l.remaining - p_amount, closed = l.remaining = p_amount
     where l.cell = p_cell and l.remaining - l.held >= p_amount and l.id = (
       select o.id from ledger.lots o
        where o.cell = p_cell and o.owner = p_owner and o.asset = p_asset and not o.closed and not o.waiting
          and o.expires_at > p_now and o.remaining > o.held
        order by o.priority, o.expires_at, o.effective_at, o.id limit 1)
    returning l.id, l.source into v_lot, v_source;
    if not found then
      -- Several lots have to share it. The account gets back what was taken; its lock stays. Its last moment, too:
      -- should the key turn out to be known by now, no entry of this moment follows.
      update ledger.accounts
         set available = available + p_amount, version = version - 1,
             last_at = coalesce((select created_at from ledger.entries
                                  where cell = p_cell and owner = p_owner and asset = p_asset and seq = a.version - 1),
                                '-infinity')
       where cell = p_cell and owner = p_owner and asset = p_asset;
    end if;
  end if;
  if v_lot is null then
    return ledger.post_batch(
      array[p_cell], array[p_owner], array[p_asset], array[1], array[p_amount], array[p_key], array[p_fingerprint],
      array[p_contra], array[p_action], array[p_actor], array[p_note], '[]', p_now, 'look');
  end if;
  loop -- as `enter_blocks`: the number is read again once its lock is held
    select open_block, pg_advisory_xact_lock_shared(7468100 + p_cell, open_block) into v_block
      from ledger.heads where cell = p_cell;
    insert into ledger.entries (
      cell, owner, asset, seq, id, block, kind, amount, balance_after, held_after, debt_after, contra, key,
      fingerprint, reference_type, reference_id, draw_lots, draw_amounts, action, price_version, actor,
      description, metadata, params, created_at)
    select p_cell, p_owner, p_asset, a.version, ledger.entry_id(p_cell, p_owner, p_key), v_block, 'charge', -p_amount,
           a.available + a.held - a.debt, a.held, a.debt, p_contra, p_key, p_fingerprint, p_note ->> 'reference_type',
           p_note ->> 'reference_id', array[v_lot], array[p_amount], p_action, (p_note ->> 'price_version')::integer,
           p_actor, p_note ->> 'description', p_note -> 'metadata', p_note -> 'params', a.last_at
      from ledger.heads where cell = p_cell and open_block = v_block;
    exit when found;
  end loop;
  perform kernel.tell('balance.changed', p_owner, jsonb_build_object('accounts', jsonb_build_array(jsonb_build_array(
    p_owner, p_asset, a.available, a.held, a.debt, a.version))), p_now);
  return json_build_object(
    'taken', json_build_object(
      'totals', array[p_amount], 'seqs', array[a.version - 1], 'available', array[a.available + p_amount],
      'held', array[a.held], 'debts', array[a.debt],
      'late', array[case when a.last_at <> p_now then ledger.ms(a.last_at) else 0 end],
      'lots', array[v_lot], 'sources', array[v_source]),
    'draws', '[]'::json, 'nths', '[]'::json, 'short', '[]'::json, 'each', '[]'::json);
end $$;

-- Two accounts, perhaps in two cells: locked in key order, then both lines or neither.
create function ledger.post_transfer(p_command jsonb, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = ledger, pg_temp set timezone = 'UTC' as $$
declare
  v_from smallint := ledger.cell_of(p_command ->> 'owner');
  v_to smallint := ledger.cell_of(p_command ->> 'to_owner');
  v_blocks integer[];
  x ledger.act;
  v_answer jsonb;
begin
  if p_command ->> 'owner' = p_command ->> 'to_owner' then return ledger.refuse('transfer_to_self'); end if;
  v_blocks := ledger.enter_blocks(array(select distinct c from unnest(array[v_from, v_to]) as c));
  perform ledger.lock_accounts(
    array[v_from, v_to], array[p_command ->> 'owner', p_command ->> 'to_owner'],
    array[p_command ->> 'asset', p_command ->> 'asset'], array['transfer', 'arrive']);
  x := row(v_to, p_command ->> 'to_owner', p_command ->> 'asset', p_now, v_blocks[v_to + 1], null, p_command);
  -- A repeat is answered as the first time, whatever has ended or filled up since.
  if not exists (select from ledger.entries where cell = v_from
                    and id = ledger.entry_id(v_from, p_command ->> 'owner', p_command ->> 'key')) then
    if (p_command ->> 'expires_at')::timestamptz <= p_now then return ledger.refuse('expiry_invalid'); end if;
    -- What time has done to the other account is written down first, as far as it goes at once.
    if ledger.is_due(x) then
      perform ledger.settle(x);
      if ledger.is_due(x) then return ledger.refuse('ledger_busy', '{"retry_after": 1}'); end if;
    end if;
    if (p_command ->> 'amount')::numeric > ledger.room(x) then return ledger.refuse('amount_invalid'); end if;
  end if;
  v_answer := ledger.exact(v_from, p_command, p_now, v_blocks[v_from + 1]);
  if (v_answer ->> 'ok')::boolean and not (v_answer ->> 'replayed')::boolean then
    perform ledger.transfer_in(x);
    perform ledger.tell_changes((
      select jsonb_agg(jsonb_build_array(owner, asset, available, held, debt, version)) from ledger.accounts
       where (cell = v_from and owner = p_command ->> 'owner' or cell = v_to and owner = x.owner)
         and cell in (v_from, v_to) and asset = x.asset), p_now);
  end if;
  return v_answer;
end $$;
