-- Why: blocks seal what is committed, and balances answer for any moment.
-- Safe to run while serving: yes (new functions). To undo: drop the functions.

-- Step one, in a transaction of its own: entries begun from now on belong to the next block. The first entry from the
-- open block on is looked up in the order of the index: asked whether there is any, PostgreSQL prefers to read them all
-- where nearly all stand in one block.
create function ledger.close_block(p_cell smallint) returns integer language plpgsql security definer
set search_path = ledger, pg_temp as $$
declare
  v_open integer;
  v_first integer;
begin
  select open_block into strict v_open from ledger.heads where cell = p_cell;
  select block into v_first from ledger.entries where cell = p_cell and block >= v_open order by block limit 1;
  if v_first is distinct from v_open then return null; end if;
  update ledger.heads set open_block = v_open + 1 where cell = p_cell and open_block = v_open;
  return case when found then v_open end;
end $$;

-- What an entry is sealed as: every column as PostgreSQL sends it in binary. Each comes with its type and its length,
-- so no two entries read the same. No setting writes it differently but the client's encoding, which `seal` and the
-- verifier fix. Three times as fast as JSON, and every entry is spelled twice: sealed, and verified.
create function ledger.entry_bytes(e ledger.entries) returns bytea language sql stable as $$
  select record_send(row(
    e.owner, e.asset, e.seq, e.id, e.block, e.kind, e.amount, e.balance_after, e.held_after, e.debt_after,
    e.contra, e.key, e.fingerprint, e.reference_type, e.reference_id, e.draw_lots, e.draw_amounts, e.action,
    e.price_version, e.actor, e.description, e.metadata, e.detail, e.params, e.created_at))
$$;

-- The digest before, and the hash of each entry in the order of the ids. Hashed first, for what is sorted then is small:
-- whole entries, by account, went through files on disk.
create function ledger.digest(p_cell smallint, p_no integer, p_prev bytea, out o_digest bytea, out o_entries integer)
language sql stable set work_mem = '64MB' as $$
  select sha256(p_prev || coalesce(string_agg(h.hash, ''::bytea order by h.id), '\x')), count(*)
    from (select e.id, sha256(ledger.entry_bytes(e)) as hash from ledger.entries e
           where e.cell = p_cell and e.block = p_no offset 0) h
$$;

-- Step two, after step one has committed: seals closed blocks in which no transaction is still writing. Whoever read the
-- old number before step one holds its lock until commit; whoever locks later reads the new number. So a block whose
-- lock could be had once can gain no entry. It is let go at once, in the same expression, so that nobody waits for a
-- digest; a `case` is worked out in order. Returns how many it sealed; the rest waits for the next turn, and so does
-- what comes after a hundred thousand entries, for the statement has to end in time.
create function ledger.seal(p_cell smallint) returns integer language plpgsql security definer
set search_path = ledger, pg_temp set client_encoding = 'UTF8' as $$
declare
  v_last ledger.blocks;
  v_open integer;
  v_no integer;
  v_sealed integer := 0;
  v_entries bigint := 0;
  d record;
begin
  select open_block into strict v_open from ledger.heads where cell = p_cell;
  if v_open = 1 or exists (select from ledger.blocks where cell = p_cell and no = v_open - 1) then return 0; end if;
  if not pg_try_advisory_xact_lock(7468099, p_cell) then return 0; end if; -- another sealer is at it
  select * into v_last from ledger.blocks where cell = p_cell order by no desc limit 1;
  loop
    v_no := coalesce(v_last.no, 0) + 1;
    exit when v_no >= v_open or v_entries >= 100000;
    exit when not case when pg_try_advisory_lock(7468100 + p_cell, v_no)
                       then pg_advisory_unlock(7468100 + p_cell, v_no) else false end;
    -- A statement of its own, so that it sees what the last writer left.
    select * into d from ledger.digest(p_cell, v_no, coalesce(v_last.digest, '\x'));
    insert into ledger.blocks (cell, no, entries, prev, digest)
    values (p_cell, v_no, d.o_entries, coalesce(v_last.digest, '\x'), d.o_digest)
    returning * into v_last;
    v_sealed := v_sealed + 1;
    v_entries := v_entries + d.o_entries;
  end loop;
  return v_sealed;
end $$;

-- The balance as it was, is, or will be without further commands at a moment. A moment that a later entry has
-- passed is answered by the entries alone, because every command first writes what fell due before it.
create function ledger.balance_at(
  p_cell smallint, p_owner text, p_asset text, p_at timestamptz,
  out available bigint, out held bigint, out debt bigint
) language plpgsql stable security definer set search_path = ledger, pg_temp as $$
declare
  a ledger.accounts;
  v_lo bigint := 0;
  v_hi bigint;
  v_mid bigint;
  v_begun bigint;
begin
  available := 0; held := 0; debt := 0;
  select * into a from ledger.accounts x where x.cell = p_cell and x.owner = p_owner and x.asset = p_asset;
  if not found then return; end if;
  if a.last_at > p_at then
    v_hi := a.version; -- created_at never goes back along seq: halve until the last entry at or before p_at
    while v_lo < v_hi - 1 loop
      v_mid := (v_lo + v_hi) / 2;
      if (select e.created_at <= p_at from ledger.entries e
           where e.cell = p_cell and e.owner = p_owner and e.asset = p_asset and e.seq = v_mid) then
        v_lo := v_mid;
      else
        v_hi := v_mid;
      end if;
    end loop;
    select e.balance_after - e.held_after + e.debt_after, e.held_after, e.debt_after
      into available, held, debt from ledger.entries e
     where e.cell = p_cell and e.owner = p_owner and e.asset = p_asset and e.seq = v_lo;
    if not found then available := 0; held := 0; debt := 0; end if;
    return;
  end if;
  available := a.available; held := a.held; debt := a.debt;
  if a.next_due > p_at then return; end if;
  -- Lots that begin repay debt; a hold that runs out frees what has not expired; the rest is what is alive.
  select coalesce(sum(l.remaining), 0) into v_begun from ledger.lots l
   where l.cell = p_cell and l.owner = p_owner and l.asset = p_asset and not l.closed
     and l.waiting and l.effective_at <= p_at;
  select coalesce(sum(u.amount), 0) into held
    from ledger.holds h cross join lateral unnest(h.reserved) as u (amount)
   where h.cell = p_cell and h.owner = p_owner and h.asset = p_asset and h.state = 'open' and h.expires_at > p_at;
  with alive as (
    select l.id, l.remaining - case when l.id = a.tab_lot then a.tab_burnt else 0 end - coalesce((
             select sum(u.amount) from ledger.holds h
              cross join lateral unnest(h.lots, h.reserved) as u (lot, amount)
              where h.cell = p_cell and h.owner = p_owner and h.asset = p_asset and h.state = 'open'
                and h.expires_at > p_at and u.lot = l.id), 0) as free,
           l.waiting, l.expires_at > p_at as lives,
           coalesce(sum(case when l.waiting then l.remaining else 0 end)
             over (order by l.waiting, l.effective_at, l.id rows between unbounded preceding and 1 preceding), 0) as before
      from ledger.lots l
     where l.cell = p_cell and l.owner = p_owner and l.asset = p_asset and not l.closed
       and (not l.waiting or l.effective_at <= p_at))
  select coalesce(sum(v.free - case when v.waiting then least(greatest(a.debt - v.before, 0), v.free) else 0 end), 0)
    into available from alive v where v.lives;
  debt := greatest(a.debt - v_begun, 0);
end $$;

select ledger.lock_up();
