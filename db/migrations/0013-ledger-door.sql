-- Why: the one door. `ledger.post` takes a batch of commands of one cell; plain charges go through as one set,
--      everything else one by one, and both leave the same books. `ledger.post_cells` does several cells in one
--      transaction and tells what changed; `ledger.post_transfer` moves between two accounts.
-- Safe to run while serving: yes (new functions). To undo: drop the functions.

-- The block that new entries of a cell belong to. The shared lock lasts until commit: a sealer that has closed
-- the block waits for it. Reading again under the lock is what makes the wait sufficient.
create function ledger.enter_block(p_cell smallint) returns integer language plpgsql as $$
declare
  v_block integer;
  v_again integer;
begin
  select open_block into strict v_block from ledger.heads where cell = p_cell;
  loop
    perform pg_advisory_xact_lock_shared(7468100 + p_cell, v_block);
    select open_block into strict v_again from ledger.heads where cell = p_cell;
    exit when v_again = v_block;
    v_block := v_again;
  end loop;
  return v_block;
end $$;

-- Locks the accounts in key order, so that batches queue and never deadlock; opens those that a command may
-- open. The lock comes in a statement of its own: what follows must see what the last holder left.
create function ledger.lock_accounts(p_cell smallint, p_commands jsonb) returns void language plpgsql as $$
declare
  v_named integer;
  v_locked integer;
  r record;
begin
  for i in 1 .. 2 loop
    with named as materialized (
      select distinct c.owner, c.asset
        from jsonb_to_recordset(p_commands) as c (owner text collate "C", asset text collate "C")),
    locked as materialized (
      select 1 from named n
        join ledger.accounts a on a.cell = p_cell and a.owner = n.owner and a.asset = n.asset
       order by a.owner, a.asset for update of a)
    select (select count(*) from named), (select count(*) from locked) into v_named, v_locked;
    exit when v_named = v_locked or i = 2;
    for r in select c.owner, c.asset
               from jsonb_to_recordset(p_commands) as c (kind text, owner text collate "C", asset text collate "C", amount numeric)
               join ledger.assets s on s.asset = c.asset
              where c.kind in ('grant', 'adjust', 'arrive') or c.kind = 'charge'
              group by c.owner, c.asset
              order by c.owner, c.asset loop
      if ledger.cell_of(r.owner) <> p_cell then
        raise exception 'L8: % does not live in cell %', r.owner, p_cell;
      end if;
      insert into ledger.accounts (cell, owner, asset) values (p_cell, r.owner, r.asset)
      on conflict (cell, owner, asset) do nothing;
    end loop;
  end loop;
end $$;

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
    if x.key is null or x.key !~ '^[A-Za-z0-9_.:-]{8,128}$' then
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
  if v_due <= p_now then perform ledger.settle(x); end if;
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

-- Plain charges of accounts that have nothing else in this batch, nothing due and enough: laid beside their
-- lots on a number line, where the overlaps are the draws. One statement, because all locks are held already.
create function ledger.charge_set(
  p_cell smallint, p_commands jsonb, p_now timestamptz, p_block integer,
  out o_done bigint[], out o_answers json, out o_changes jsonb
) language plpgsql as $$
declare
  v_drawn numeric;
  v_charged numeric;
begin
  with asked as materialized (
    select c.*, ledger.entry_id(p_cell, c.owner, c.key) as id
      from rows from (jsonb_to_recordset(p_commands) as (
             kind text, owner text, asset text, amount bigint, key text, fingerprint uuid, contra text,
             reference_type text, reference_id text, action text, price_version integer, actor text,
             description text, metadata jsonb, first_free text)) with ordinality
        as c (kind, owner, asset, amount, key, fingerprint, contra, reference_type, reference_id, action,
              price_version, actor, description, metadata, first_free, nth)),
  known as materialized (
    select a.owner, a.asset from asked a join ledger.entries e on e.cell = p_cell and e.id = a.id),
  sums as materialized (
    select owner collate "C" as owner, asset collate "C" as asset, sum(amount)::bigint as total, count(*) as count
      from asked
     group by owner collate "C", asset collate "C"
    having bool_and(kind = 'charge' and amount between 1 and 9007199254740991 and first_free is null
                    and key ~ '^[A-Za-z0-9_.:-]{8,128}$')),
  able as materialized (
    select a.owner, a.asset, a.available, a.held, a.debt, a.version, greatest(a.last_at, p_now) as at,
           ledger.ms(greatest(a.last_at, p_now)) as at_ms, s.total, s.count
      from sums s join ledger.accounts a on a.cell = p_cell and a.owner = s.owner and a.asset = s.asset
     where a.available >= s.total and a.next_due > p_now
       and not exists (select from known k where k.owner = a.owner and k.asset = a.asset)),
  line as materialized (
    select q.*, b.at, b.at_ms, b.held, b.debt,
           b.version + row_number() over account as seq,
           (sum(q.amount) over account)::bigint as upto,
           b.available
      from asked q join able b on b.owner = q.owner and b.asset = q.asset
    window account as (partition by q.owner, q.asset order by q.nth)),
  lots as materialized (
    select b.owner, b.asset, y.*
      from able b cross join lateral (
        select l.id, l.source, l.remaining - l.held as free,
               (sum(l.remaining - l.held) over (order by l.priority, l.expires_at, l.effective_at, l.id))::bigint as upto
          from ledger.lots l
         where l.cell = p_cell and l.owner = b.owner and l.asset = b.asset and not l.closed
           and not l.waiting and l.expires_at > p_now and l.remaining > l.held) y
     where y.upto - y.free < b.total),
  drawn as materialized (
    select n.nth, l.id as lot, l.source, l.upto,
           least(n.upto, l.upto) - greatest(n.upto - n.amount, l.upto - l.free) as amount
      from line n join lots l on l.owner = n.owner and l.asset = n.asset
       and l.upto - l.free < n.upto and l.upto > n.upto - n.amount),
  draws as materialized (
    select nth, array_agg(lot order by upto) as lots, array_agg(amount order by upto) as amounts,
           json_agg(json_build_array(lot, amount, source) order by upto) as said
      from drawn group by nth),
  burnt as (
    update ledger.lots l set remaining = l.remaining - t.amount, closed = l.remaining = t.amount
      from (select lot, sum(amount)::bigint as amount from drawn group by lot) t
     where l.cell = p_cell and l.id = t.lot),
  moved as (
    update ledger.accounts a
       set available = a.available - b.total, version = a.version + b.count, last_at = b.at
      from able b where a.cell = p_cell and a.owner = b.owner and a.asset = b.asset),
  written as (
    insert into ledger.entries (
      cell, owner, asset, seq, id, block, kind, amount, balance_after, held_after, debt_after, contra, key,
      fingerprint, reference_type, reference_id, draw_lots, draw_amounts, action, price_version, actor,
      description, metadata, created_at)
    select p_cell, n.owner, n.asset, n.seq, n.id, p_block, 'charge', -n.amount,
           n.available - n.upto + n.held - n.debt, n.held, n.debt,
           coalesce(n.contra, 'revenue:' || coalesce(n.action, 'other')), n.key, n.fingerprint,
           n.reference_type, n.reference_id, d.lots, d.amounts, n.action, n.price_version, n.actor,
           n.description, n.metadata, n.at
      from line n join draws d using (nth))
  select array_agg(n.nth), json_agg(json_build_array(
           n.nth, n.id, n.seq, -n.amount, n.at_ms, json_build_array(n.available - n.upto, n.held, n.debt),
           d.said, n.price_version)),
         sum(n.amount), (select sum(amount) from drawn),
         (select jsonb_agg(jsonb_build_array(owner, asset, available - total, held, debt, version + count)) from able)
    into o_done, o_answers, v_charged, v_drawn, o_changes
    from line n join draws d using (nth);
  if v_charged is distinct from v_drawn then
    raise exception 'L9: charges of % drew % from lots', v_charged, v_drawn;
  end if;
end $$;

-- The door for one cell. Answers as {"set": [[nth, …], …], "each": [[nth, answer], …], "changes": […]}; the
-- two spellings save a third of the text for plain charges.
create function ledger.post(
  p_cell smallint, p_commands jsonb, p_now timestamptz, p_as_set boolean default true
) returns json language plpgsql security definer
set search_path = ledger, pg_temp set timezone = 'UTC' as $$
declare
  v_block integer := ledger.enter_block(p_cell);
  s record;
  r record;
  v_each jsonb := '[]';
  v_changes jsonb := '[]';
begin
  perform ledger.lock_accounts(p_cell, p_commands);
  select null::bigint[] as o_done, null::json as o_answers, null::jsonb as o_changes into s;
  if p_as_set then
    select * into s from ledger.charge_set(p_cell, p_commands, p_now, v_block);
  end if;
  if coalesce(cardinality(s.o_done), 0) < jsonb_array_length(p_commands) then
    for r in select c.cmd, c.nth from jsonb_array_elements(p_commands) with ordinality as c (cmd, nth)
              where s.o_done is null or c.nth <> all (s.o_done) order by c.nth loop
      v_each := v_each || jsonb_build_array(jsonb_build_array(
        r.nth, ledger.exact(p_cell, r.cmd, p_now, v_block)));
    end loop;
    select coalesce(jsonb_agg(jsonb_build_array(
             a.owner, a.asset, a.available, a.held, a.debt, a.version)), '[]') into v_changes
      from (select distinct c.cmd ->> 'owner' as owner, c.cmd ->> 'asset' as asset
              from jsonb_array_elements(p_commands) with ordinality as c (cmd, nth)
             where s.o_done is null or c.nth <> all (s.o_done)) o
      join ledger.accounts a on a.cell = p_cell and a.owner = o.owner and a.asset = o.asset;
  end if;
  return json_build_object('set', coalesce(s.o_answers, '[]'), 'each', v_each,
                           'changes', coalesce(s.o_changes, '[]') || v_changes);
end $$;

-- Several cells in one transaction: [[cell, [command, …]], …] in ascending order of cell. Tells once for all,
-- in the same transaction: one row that names every account it changed.
create function ledger.post_cells(p_batches jsonb, p_now timestamptz, p_as_set boolean default true)
returns json[] language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  r record;
  v_answer json;
  v_answers json[] := '{}';
  v_changes jsonb := '[]';
begin
  for r in select (b.pair ->> 0)::smallint as cell, b.pair -> 1 as commands
             from jsonb_array_elements(p_batches) with ordinality as b (pair, nth) order by b.nth loop
    v_answer := ledger.post(r.cell, r.commands, p_now, p_as_set);
    v_answers := v_answers || v_answer;
    v_changes := v_changes || (v_answer -> 'changes')::jsonb;
  end loop;
  if v_changes <> '[]' then perform ledger.tell_changes(v_changes, p_now); end if;
  return v_answers;
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
  v_arrive jsonb := p_command || jsonb_build_object('kind', 'arrive', 'owner', p_command ->> 'to_owner');
  v_block integer;
  x ledger.act;
  v_answer jsonb;
begin
  if p_command ->> 'owner' = p_command ->> 'to_owner' then return ledger.refuse('transfer_to_self'); end if;
  if v_from < v_to or (v_from = v_to and (p_command ->> 'owner') collate "C" < (p_command ->> 'to_owner') collate "C") then
    perform ledger.lock_accounts(v_from, jsonb_build_array(p_command));
    perform ledger.lock_accounts(v_to, jsonb_build_array(v_arrive));
  else
    perform ledger.lock_accounts(v_to, jsonb_build_array(v_arrive));
    perform ledger.lock_accounts(v_from, jsonb_build_array(p_command));
  end if;
  v_block := ledger.enter_block(v_to);
  x := row(v_to, p_command ->> 'to_owner', p_command ->> 'asset', p_now, v_block, null, p_command);
  if (p_command ->> 'expires_at')::timestamptz <= p_now then return ledger.refuse('expiry_invalid'); end if;
  if (p_command ->> 'amount')::numeric > ledger.room(x) then return ledger.refuse('amount_invalid'); end if;
  v_answer := ledger.exact(v_from, p_command, p_now, ledger.enter_block(v_from));
  if (v_answer ->> 'ok')::boolean and not (v_answer ->> 'replayed')::boolean then
    if (select next_due <= p_now from ledger.accounts
         where cell = v_to and owner = x.owner and asset = x.asset) then
      perform ledger.settle(x);
    end if;
    perform ledger.transfer_in(x);
    perform ledger.tell_changes((
      select jsonb_agg(jsonb_build_array(owner, asset, available, held, debt, version)) from ledger.accounts
       where (cell = v_from and owner = p_command ->> 'owner' or cell = v_to and owner = x.owner)
         and cell in (v_from, v_to) and asset = x.asset), p_now);
  end if;
  return v_answer;
end $$;
