-- Why: blocks seal what is committed, and balances answer for any moment.
-- Safe to run while serving: yes (new functions). To undo: drop the functions.

-- Step one, in a transaction of its own: entries begun from now on belong to the next block.
-- The number is read first and looked up then: where both are one statement, and nearly all entries stand in one block,
-- PostgreSQL prefers to read them all.
create function ledger.close_block(p_cell smallint) returns integer language plpgsql security definer
set search_path = ledger, pg_temp as $$
declare
  v_open integer;
begin
  select open_block into strict v_open from ledger.heads where cell = p_cell;
  if not exists (select from ledger.entries where cell = p_cell and block = v_open) then return null; end if;
  update ledger.heads set open_block = v_open + 1 where cell = p_cell and open_block = v_open;
  return case when found then v_open end;
end $$;

-- What a block is a digest of: every column of the entry as PostgreSQL sends it in binary. Each comes with its type
-- and its length, so no two entries read the same. No setting writes it differently but the client's encoding, which
-- `seal` and the verifier fix. Three times as fast as JSON, and every entry is spelled twice: sealed, and verified.
create function ledger.entry_bytes(e ledger.entries) returns bytea language sql stable as $$
  select record_send(row(
    e.owner, e.asset, e.seq, e.id, e.block, e.kind, e.amount, e.balance_after, e.held_after, e.debt_after,
    e.contra, e.key, e.fingerprint, e.reference_type, e.reference_id, e.draw_lots, e.draw_amounts, e.action,
    e.price_version, e.actor, e.description, e.metadata, e.detail, e.params, e.created_at))
$$;

create function ledger.digest(p_cell smallint, p_no integer, p_prev bytea, out o_digest bytea, out o_entries integer)
language sql stable as $$
  select sha256(p_prev || coalesce(string_agg(ledger.entry_bytes(e), ''::bytea
           order by e.owner, e.asset, e.seq), '\x')), count(*)
    from ledger.entries e where e.cell = p_cell and e.block = p_no
$$;

-- Step two, after step one has committed: seals closed blocks in which no transaction is still writing. Whoever
-- read the old number before step one holds its lock; whoever locks later reads the new number. So once the
-- lock has no holder, the block can gain no entry. Returns how many it sealed; the rest waits for the next turn.
create function ledger.seal(p_cell smallint) returns integer language plpgsql security definer
set search_path = ledger, pg_temp set client_encoding = 'UTF8' as $$
declare
  v_last ledger.blocks;
  v_open integer;
  v_busy integer;
  v_sealed integer := 0;
  d record;
begin
  if not pg_try_advisory_xact_lock(7468099, p_cell) then return 0; end if; -- another sealer is at it
  select open_block into strict v_open from ledger.heads where cell = p_cell;
  select min(objid::bigint)::integer into v_busy from pg_locks
   where locktype = 'advisory' and classid = 7468100 + p_cell and objsubid = 2
     and database = (select oid from pg_database where datname = current_database());
  select * into v_last from ledger.blocks where cell = p_cell order by no desc limit 1;
  for v_no in coalesce(v_last.no, 0) + 1 .. least(v_open, coalesce(v_busy, v_open)) - 1 loop
    select * into d from ledger.digest(p_cell, v_no, coalesce(v_last.digest, '\x'));
    insert into ledger.blocks (cell, no, entries, prev, digest)
    values (p_cell, v_no, d.o_entries, coalesce(v_last.digest, '\x'), d.o_digest)
    returning * into v_last;
    v_sealed := v_sealed + 1;
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
    select l.id, l.remaining - coalesce((
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
