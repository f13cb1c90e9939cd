-- Why: the one door. `ledger.post_batch` takes commands of any cells in one transaction: plain charges go through
--      as one set (0017), everything else one by one, and both leave the same books; then it tells what changed.
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

-- Locks the accounts in key order, so that batches queue; who crosses another while opening one comes again. Those that are not there are opened, whatever
-- the command, for one that went on without a lock would read the lots of an account just being opened by another. The
-- lock comes in a statement of its own: what follows must see what the last holder left.
create function ledger.lock_accounts(p_cells smallint[], p_owners text[], p_assets text[]) returns void
language plpgsql as $$
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
               from unnest(p_cells, p_owners, p_assets) as c (cell, owner, asset)
               join ledger.assets s on s.asset = c.asset
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

-- Writes what is on the tabs of these accounts, whose locks are held, on their lots. The tabs are closed.
create function ledger.write_tabs(p_cells smallint[], p_owners text[], p_assets text[]) returns void
language plpgsql as $$
begin
  update ledger.lots l set remaining = l.remaining - t.burnt, closed = l.remaining = t.burnt
    from (select distinct a.cell, a.tab_lot as lot, a.tab_burnt as burnt
            from unnest(p_cells, p_owners, p_assets) as c (cell, owner, asset)
            join ledger.accounts a on a.cell = c.cell and a.owner = c.owner and a.asset = c.asset
           where a.tab_burnt > 0) t
   where l.cell = t.cell and l.id = t.lot;
  update ledger.accounts a set tab_lot = null, tab_source = null, tab_burnt = 0, tab_limit = 0
    from unnest(p_cells, p_owners, p_assets) as c (cell, owner, asset)
   where a.cell = c.cell and a.owner = c.owner and a.asset = c.asset and a.tab_lot is not null;
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
    when 'unclaw' then ledger.unclaw(x)
    when 'freeze' then ledger.freeze(x)
    when 'adjust' then ledger.adjust(x)
    when 'transfer' then ledger.transfer_out(x)
    else ledger.refuse('command_unknown') end;
end $$;

-- The commands one by one, their accounts locked: [[nth, answer], …].
create function ledger.each(p_commands jsonb, p_now timestamptz, p_blocks integer[]) returns jsonb
language plpgsql as $$
declare
  r record;
  v_answers jsonb := '[]';
begin
  perform ledger.write_tabs(array_agg(c.cell), array_agg(c.owner), array_agg(c.asset))
     from jsonb_to_recordset(p_commands) as c (cell smallint, owner text, asset text);
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
  perform ledger.lock_accounts(array_agg(p_cell), array_agg(c.owner), array_agg(c.asset))
     from jsonb_to_recordset(p_commands) as c (owner text, asset text);
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
      p_cells || array_agg(c.cell), p_owners || array_agg(c.owner), p_assets || array_agg(c.asset))
       from jsonb_to_recordset(p_commands) as c (cell smallint, owner text, asset text);
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
    -- Out of order for once: should two batches cross here, one is told so and comes again.
    if v_alone then
      perform ledger.lock_accounts(array_agg(c.cell), array_agg(c.owner), array_agg(c.asset))
         from jsonb_to_recordset(v_short) as c (cell smallint, owner text, asset text);
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
    array[p_command ->> 'asset', p_command ->> 'asset']);
  perform ledger.write_tabs(
    array[v_from, v_to], array[p_command ->> 'owner', p_command ->> 'to_owner'],
    array[p_command ->> 'asset', p_command ->> 'asset']);
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
