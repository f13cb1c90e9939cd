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

-- Plain charges, as arrays, of accounts that have nothing due and enough for all of theirs. Two statements: the
-- first takes the sum from each account, in key order, and so holds its lock; the second, which sees what the
-- last holder left, lays the charges beside the lots on a number line, where the overlaps are the draws. What
-- the first learned reaches the second in arrays by account number: a join of two sets whose sizes cannot be
-- estimated may be quadratic. A key that somebody else commits in between is left to the unique index.
create function ledger.charge_set(
  p_cells smallint[], p_owners text[], p_assets text[], p_amounts bigint[], p_keys text[], p_fingerprints uuid[],
  p_contras text[], p_actions text[], p_notes jsonb[], p_now timestamptz, p_blocks integer[],
  out o_done bigint[], out o_answers json, out o_changes jsonb
) language plpgsql
set plan_cache_mode = force_generic_plan set jit = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  r record;
  v_count integer := cardinality(p_cells);
  v_available bigint[] := array_fill(-1::bigint, array[v_count]);
  v_held bigint[] := v_available;
  v_debt bigint[] := v_available;
  v_version bigint[] := v_available;
  v_at timestamptz[] := array_fill(p_now, array[v_count]);
  v_lot text[] := array_fill(''::text, array[v_count]);    -- the lot that alone suffices for all of an account,
  v_source text[] := v_lot;                                -- where there is one: then nobody looks at lots again
  v_taken bigint[] := '{}';                                -- the accounts that were taken from, and what is
  v_cells smallint[] := '{}';                              -- needed to look at their lots, in one statement
  v_owners text[] := '{}';
  v_assets text[] := '{}';
  v_totals bigint[] := '{}';
  v_drawn numeric;
  v_charged numeric;
begin
  for r in
    with asked as materialized (
      select c.cell, c.owner, c.asset, c.amount,
             dense_rank() over (order by c.cell, c.owner collate "C", c.asset collate "C") as account,
             c.amount between 1 and 9007199254740991 and ledger.key_fits(c.key) and e.id is null as plain
        from unnest(p_cells, p_owners, p_assets, p_amounts, p_keys) as c (cell, owner, asset, amount, key)
        left join ledger.entries e on e.cell = c.cell and e.id = ledger.entry_id(c.cell, c.owner, c.key)),
    sums as materialized (
      select account, min(cell) as cell, min(owner) as owner, min(asset) as asset,
             sum(amount)::bigint as total, count(*) as count
        from asked group by account having bool_and(plain) order by account)
    update ledger.accounts a
       set available = a.available - s.total, version = a.version + s.count, last_at = greatest(a.last_at, p_now)
      from sums s
     where a.cell = s.cell and a.owner = s.owner and a.asset = s.asset
       and a.available >= s.total and a.next_due > p_now
    returning s.account, s.total, a.cell, a.owner, a.asset, a.available + s.total as available, a.held, a.debt, a.version - s.count as version,
              a.last_at as at
  loop
    v_available[r.account] := r.available;
    v_held[r.account] := r.held;
    v_debt[r.account] := r.debt;
    v_version[r.account] := r.version;
    v_at[r.account] := r.at;
    v_taken := v_taken || r.account;
    v_cells := v_cells || r.cell;
    v_owners := v_owners || r.owner;
    v_assets := v_assets || r.asset;
    v_totals := v_totals || r.total;
  end loop;
  for r in
    select t.account, f.id, f.source
      from unnest(v_taken, v_cells, v_owners, v_assets, v_totals) as t (account, cell, owner, asset, total)
     cross join lateral (
       select o.id, o.source, o.remaining - o.held as free
         from ledger.lots o
        where o.cell = t.cell and o.owner = t.owner and o.asset = t.asset and not o.closed and not o.waiting
          and o.expires_at > p_now and o.remaining > o.held
        order by o.priority, o.expires_at, o.effective_at, o.id limit 1) f
     where f.free >= t.total
  loop
    v_lot[r.account] := r.id;
    v_source[r.account] := r.source;
  end loop;

  with asked as materialized (
    select c.*, ledger.entry_id(c.cell, c.owner, c.key) as id,
           dense_rank() over (order by c.cell, c.owner collate "C", c.asset collate "C") as account,
           (sum(c.amount) over line)::bigint as upto,
           row_number() over line as place,
           lead(c.nth) over line is null as last
      from unnest(p_cells, p_owners, p_assets, p_amounts, p_keys, p_fingerprints, p_contras, p_actions, p_notes)
             with ordinality as c (cell, owner, asset, amount, key, fingerprint, contra, action, note, nth)
    window line as (partition by c.cell, c.owner collate "C", c.asset collate "C" order by c.nth)),
  charges as materialized (
    select q.*, coalesce(d.lots, array[v_lot[q.account]]) as lots, coalesce(d.amounts, array[q.amount]) as amounts,
           coalesce(d.sources, array[v_source[q.account]]) as sources,
           case when v_lot[q.account] = '' then d.drawn else q.amount end as drawn, v_version[q.account] + q.place as seq,
           v_available[q.account] - q.upto as available, v_held[q.account] as held, v_debt[q.account] as debt,
           v_at[q.account] as at
      from asked q cross join lateral (
        select array_agg(y.id order by y.upto) as lots, array_agg(y.source order by y.upto) as sources,
               array_agg(least(q.upto, y.upto) - greatest(q.upto - q.amount, y.upto - y.free) order by y.upto) as amounts,
               sum(least(q.upto, y.upto) - greatest(q.upto - q.amount, y.upto - y.free)) as drawn
          from (select l.id, l.source, l.remaining - l.held as free,
                       (sum(l.remaining - l.held) over (
                          order by l.priority, l.expires_at, l.effective_at, l.id))::bigint as upto
                  from ledger.lots l
                 where v_lot[q.account] = '' and l.cell = q.cell and l.owner = q.owner and l.asset = q.asset and not l.closed
                   and not l.waiting and l.expires_at > p_now and l.remaining > l.held) y
         where y.upto - y.free < q.upto and y.upto > q.upto - q.amount) d
     where v_version[q.account] >= 0),
  burnt as (
    update ledger.lots l set remaining = l.remaining - t.amount, closed = l.remaining = t.amount
      from (select c.cell, u.lot, sum(u.amount)::bigint as amount
              from charges c cross join lateral unnest(c.lots, c.amounts) as u (lot, amount)
             group by c.cell, u.lot) t
     where l.cell = t.cell and l.id = t.lot),
  written as (
    insert into ledger.entries (
      cell, owner, asset, seq, id, block, kind, amount, balance_after, held_after, debt_after, contra, key,
      fingerprint, reference_type, reference_id, draw_lots, draw_amounts, action, price_version, actor,
      description, metadata, params, created_at)
    select cell, owner, asset, seq, id, p_blocks[cell + 1], 'charge', -amount, available + held - debt, held, debt,
           contra, key, fingerprint, note ->> 'reference_type', note ->> 'reference_id', lots, amounts, action,
           (note ->> 'price_version')::integer, note ->> 'actor', note ->> 'description', note -> 'metadata', note -> 'params', at
      from charges)
  select array_agg(nth), json_agg(json_build_array(
           nth, id, seq, -amount, ledger.ms(at), available, held, debt, lots, amounts, sources, note -> 'price_version')),
         sum(amount), sum(drawn),
         jsonb_agg(jsonb_build_array(owner, asset, available, held, debt, seq)) filter (where last)
    into o_done, o_answers, v_charged, v_drawn, o_changes
    from charges;
  if v_charged is distinct from v_drawn then
    raise exception 'L9: charges of % drew % from lots', v_charged, v_drawn;
  end if;
end $$;

-- A charge that came alone, from an account whose first lot suffices: what `charge_set` does, in the few statements
-- that one charge needs. Null where it is not that simple; then nothing was done.
create function ledger.charge_alone(
  p_cell smallint, p_owner text, p_asset text, p_amount bigint, p_key text, p_fingerprint uuid,
  p_contra text, p_action text, p_note jsonb, p_now timestamptz
) returns json language plpgsql as $$
declare
  a ledger.accounts;
  v_id constant uuid := ledger.entry_id(p_cell, p_owner, p_key);
  v_block integer;
  v_lot text;
  v_source text;
begin
  if p_amount not between 1 and 9007199254740991 or not ledger.key_fits(p_key)
     or exists (select from ledger.entries where cell = p_cell and id = v_id) then
    return null;
  end if;
  v_block := (ledger.enter_blocks(array[p_cell]))[p_cell + 1];
  update ledger.accounts
     set available = available - p_amount, version = version + 1, last_at = greatest(last_at, p_now)
   where cell = p_cell and owner = p_owner and asset = p_asset and available >= p_amount and next_due > p_now
  returning * into a;
  if not found then return null; end if;
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
    return null;
  end if;
  insert into ledger.entries (
    cell, owner, asset, seq, id, block, kind, amount, balance_after, held_after, debt_after, contra, key,
    fingerprint, reference_type, reference_id, draw_lots, draw_amounts, action, price_version, actor,
    description, metadata, params, created_at)
  values (
    p_cell, p_owner, p_asset, a.version, v_id, v_block, 'charge', -p_amount, a.available + a.held - a.debt,
    a.held, a.debt, p_contra, p_key, p_fingerprint, p_note ->> 'reference_type', p_note ->> 'reference_id',
    array[v_lot], array[p_amount], p_action, (p_note ->> 'price_version')::integer, p_note ->> 'actor',
    p_note ->> 'description', p_note -> 'metadata', p_note -> 'params', a.last_at);
  perform ledger.tell_changes(jsonb_build_array(jsonb_build_array(
    p_owner, p_asset, a.available, a.held, a.debt, a.version)), p_now);
  return json_build_array(
    1, v_id, a.version, -p_amount, ledger.ms(a.last_at), a.available, a.held, a.debt,
    array[v_lot], array[p_amount], array[v_source], p_note -> 'price_version');
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
-- read than JSON; p_commands are all others, of other accounts than the charges. Answers {"set": [[nth, …], …],
-- "short": [[nth of charge, answer], …], "each": [[nth of command, answer], …]}. Tells once for all of them, in
-- the same transaction: one row that names every account it changed.
create function ledger.post_batch(
  p_cells smallint[], p_owners text[], p_assets text[], p_amounts bigint[], p_keys text[], p_fingerprints uuid[],
  p_contras text[], p_actions text[], p_notes jsonb[], p_commands jsonb, p_now timestamptz, p_as_set boolean
) returns json language plpgsql security definer set search_path = ledger, pg_temp set timezone = 'UTC' as $$
declare
  v_blocks integer[];
  v_alone constant boolean := p_commands = '[]' and p_as_set;
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
  select null::bigint[] as o_done, null::json as o_answers, null::jsonb as o_changes into s;
  if p_as_set and cardinality(p_cells) > 0 then
    select * into s from ledger.charge_set(p_cells, p_owners, p_assets, p_amounts, p_keys, p_fingerprints,
                                           p_contras, p_actions, p_notes, p_now, v_blocks);
    v_changes := coalesce(s.o_changes, '[]');
  end if;
  if coalesce(cardinality(s.o_done), 0) < cardinality(p_cells) then
    select jsonb_agg(coalesce(c.note, '{}') || jsonb_strip_nulls(jsonb_build_object(
             'kind', 'charge', 'cell', c.cell, 'owner', c.owner, 'asset', c.asset, 'amount', c.amount, 'key', c.key,
             'fingerprint', c.fingerprint, 'contra', c.contra, 'action', c.action)) order by c.nth),
           array_agg(c.nth order by c.nth)
      into v_short, v_nths
      from unnest(p_cells, p_owners, p_assets, p_amounts, p_keys, p_fingerprints, p_contras, p_actions, p_notes)
             with ordinality as c (cell, owner, asset, amount, key, fingerprint, contra, action, note, nth)
     where s.o_done is null or c.nth <> all (s.o_done);
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
    'set', coalesce(s.o_answers, '[]'), 'nths', coalesce(v_nths, '{}'), 'short', v_answers, 'each', v_each);
end $$;

-- The door for one plain charge, which is what comes when nobody else does: scalars are cheaper to read than arrays,
-- and one charge needs no set. Answers as `post_batch` does, which takes over where it is not that simple.
create function ledger.post_charge(
  p_cell smallint, p_owner text, p_asset text, p_amount bigint, p_key text, p_fingerprint uuid,
  p_contra text, p_action text, p_note jsonb, p_now timestamptz
) returns json language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  v_answer constant json := ledger.charge_alone(
    p_cell, p_owner, p_asset, p_amount, p_key, p_fingerprint, p_contra, p_action, p_note, p_now);
begin
  if v_answer is not null then
    return json_build_object('set', json_build_array(v_answer), 'nths', '[]'::json, 'short', '[]'::json, 'each', '[]'::json);
  end if;
  return ledger.post_batch(
    array[p_cell], array[p_owner], array[p_asset], array[p_amount], array[p_key], array[p_fingerprint],
    array[p_contra], array[p_action], array[p_note], '[]', p_now, true);
end $$;

create function ledger.tell_changes(p_changes jsonb, p_now timestamptz) returns void language sql as $$
  select kernel.tell('balance.changed',
    case when jsonb_array_length(p_changes) = 1 then p_changes #>> '{0,0}' end,
    jsonb_build_object('accounts', p_changes), p_now)
$$;

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
