-- Why: what comes free repays what is owed. Until now a grant and a refund did; what a hold gave back, and what came back
--      of a refund that did not arrive, could be spent while the debt stood.
-- Safe to run while serving: yes (a new function and new bodies of old ones).
-- To undo: put back the bodies of 0011, 0012, 0014 and 0018; drop function ledger.repay. What was repaid stays so.

-- Lots that have just come free repay debt, as they come. An entry of its own, right behind the one that freed them:
-- available and debt both fall by it, so the balance stays.
create function ledger.repay(x ledger.act, e ledger.entries, p_lots text[], p_amounts bigint[]) returns void
language plpgsql as $$
declare
  v_owed bigint;
  v_take bigint;
  v_paid bigint := 0;
  v_lots text[] := '{}';
  v_amounts bigint[] := '{}';
begin
  select debt into strict v_owed from ledger.accounts where cell = x.cell and owner = x.owner and asset = x.asset;
  for i in 1 .. cardinality(p_lots) loop
    v_take := least(p_amounts[i], v_owed - v_paid);
    exit when v_take = 0;
    v_lots := v_lots || p_lots[i];
    v_amounts := v_amounts || v_take;
    v_paid := v_paid + v_take;
  end loop;
  if v_paid = 0 then return; end if;
  perform ledger.move_lots(x, v_lots, v_amounts, -1, 0);
  perform ledger.book(x, false, 'repay', 0, 0, -v_paid, 'debt', e.reference_type, e.reference_id,
                      v_lots, v_amounts, '{}');
end $$;

-- The answer is always read from the entry, so a repeat of the key gets the very same one; its balance is that after
-- what the entry freed has repaid.
create or replace function ledger.answer(e ledger.entries, p_replayed boolean) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'ok', true, 'replayed', p_replayed, 'id', e.id, 'kind', e.kind, 'seq', e.seq, 'amount', e.amount,
    'at', ledger.ms(e.created_at),
    'balance', coalesce((
      select jsonb_build_array(r.balance_after - r.held_after + r.debt_after, r.held_after, r.debt_after)
        from ledger.entries r
       where e.debt_after > 0 and r.cell = e.cell and r.owner = e.owner and r.asset = e.asset and r.seq = e.seq + 1
         and r.kind = 'repay'),
      jsonb_build_array(e.balance_after - e.held_after + e.debt_after, e.held_after, e.debt_after)),
    'draws', coalesce((
      select jsonb_agg(jsonb_build_array(d.lot, d.amount, l.source) order by d.nth)
        from unnest(e.draw_lots, e.draw_amounts) with ordinality as d (lot, amount, nth)
        join ledger.lots l on l.cell = e.cell and l.id = d.lot), '[]'),
    'price_version', e.price_version, 'detail', coalesce(e.detail, '{}'))
$$;

create or replace function ledger.expire_hold(x ledger.act, p_hold text) returns void language plpgsql as $$
declare
  h ledger.holds;
  g record;
  e ledger.entries;
begin
  select * into strict h from ledger.holds where cell = x.cell and id = p_hold;
  select * into g from ledger.give_back(x, h.lots, h.reserved);
  update ledger.holds set state = 'expired', reserved = array_fill(0::bigint, array[cardinality(lots)])
   where cell = x.cell and id = p_hold;
  e := ledger.book(x, false, 'release', 0, -g.o_returned, 0, 'hold', 'hold', h.id, g.o_lots, g.o_amounts,
    jsonb_build_object('hold_id', h.id, 'state', 'expired', 'returned', g.o_returned,
                       'expired', g.o_expired, 'captured', h.captured));
  perform ledger.repay(x, e, g.o_lots, g.o_amounts);
end $$;

create or replace function ledger.capture(x ledger.act) returns jsonb language plpgsql as $$
declare
  o record;
  h ledger.holds;
  d record;
  g record;
  e ledger.entries;
  v_final boolean := coalesce((x.cmd ->> 'final')::boolean, true);
  v_amount bigint := ledger.amount_of(x, case when coalesce((x.cmd ->> 'final')::boolean, true) then 0 else 1 end);
  v_rest bigint;
  v_take bigint;
  v_lots text[] := '{}';
  v_amounts bigint[] := '{}';
begin
  select * into o from ledger.open_hold(x);
  if o.o_refusal is not null then return o.o_refusal; end if;
  if v_amount is null then return ledger.refuse('amount_invalid'); end if;
  h := o.h;
  v_rest := v_amount;
  for i in 1 .. cardinality(h.lots) loop
    v_take := least(h.reserved[i], v_rest);
    continue when v_take = 0;
    v_lots := v_lots || h.lots[i];
    v_amounts := v_amounts || v_take;
    h.reserved[i] := h.reserved[i] - v_take;
    v_rest := v_rest - v_take;
  end loop;
  select * into d from ledger.draw(x, v_rest);
  if d.o_short > 0 then return ledger.short(v_amount, v_amount - d.o_short); end if;
  perform ledger.move_lots(x, v_lots, v_amounts, -1, -1);
  perform ledger.move_lots(x, d.o_lots, d.o_amounts, -1, 0);
  h.captured := h.captured + v_amount;
  if v_final then
    select * into g from ledger.give_back(x, h.lots, h.reserved);
    h.state := 'captured';
    h.reserved := array_fill(0::bigint, array[cardinality(h.lots)]);
  else
    select 0::bigint as o_returned, 0::bigint as o_expired, '{}'::text[] as o_lots, '{}'::bigint[] as o_amounts into g;
  end if;
  update ledger.holds set state = h.state, reserved = h.reserved, captured = h.captured
   where cell = x.cell and id = h.id;
  e := ledger.book(
    x, true, 'capture', -v_amount, -(v_amount - v_rest) - g.o_returned, 0,
    coalesce(x.cmd ->> 'contra', 'revenue:' || coalesce(h.action, x.cmd ->> 'action', 'other')),
    'hold', h.id, v_lots || d.o_lots, v_amounts || d.o_amounts,
    jsonb_build_object('hold_id', h.id, 'state', h.state, 'captured', h.captured, 'amount', h.amount,
                       'returned', g.o_returned, 'expired', g.o_expired));
  perform ledger.repay(x, e, g.o_lots, g.o_amounts);
  return ledger.answer(e, false);
end $$;

create or replace function ledger.release(x ledger.act) returns jsonb language plpgsql as $$
declare
  o record;
  g record;
  e ledger.entries;
begin
  select * into o from ledger.open_hold(x);
  if o.o_refusal is not null then return o.o_refusal; end if;
  select * into g from ledger.give_back(x, (o.h).lots, (o.h).reserved);
  update ledger.holds set state = 'released', reserved = array_fill(0::bigint, array[cardinality(lots)])
   where cell = x.cell and id = (o.h).id;
  e := ledger.book(
    x, true, 'release', 0, -g.o_returned, 0, 'hold', 'hold', (o.h).id, g.o_lots, g.o_amounts,
    jsonb_build_object('hold_id', (o.h).id, 'state', 'released', 'returned', g.o_returned,
                       'expired', g.o_expired, 'captured', (o.h).captured));
  -- What a refund had frozen was free before, and its own order may be about to take it.
  if (x.cmd ->> 'thaw')::boolean is not true then perform ledger.repay(x, e, g.o_lots, g.o_amounts); end if;
  return ledger.answer(e, false);
end $$;

-- The way back of a clawback: money that had gone back came to us again, so of the order less is refunded than was
-- taken for. Debt that is still there is forgiven first; what was taken goes back to the lots that it was taken from.
-- Debt that was repaid meanwhile comes back in a lot beside them: theirs stays spent, and may still be refunded.
create or replace function ledger.unclaw(x ledger.act) returns jsonb language plpgsql as $$
declare
  a record;
  l ledger.lots;
  g record;
  e ledger.entries;
  v_refunded numeric := (x.cmd ->> 'refunded')::numeric;
  v_paid numeric := (x.cmd ->> 'paid')::numeric;
  v_ids constant text[] := ledger.claw_lots(x);
  v_back bigint; v_owed bigint; v_forgiven bigint; v_left bigint; v_part bigint; v_beside bigint; v_credit bigint;
  v_lots text[]; v_amounts bigint[];
  v_all_lots text[] := '{}'; v_all_amounts bigint[] := '{}';
  v_restored bigint := 0; v_spared bigint := 0;
begin
  if v_paid <= 0 or v_refunded < 0 or v_refunded > v_paid then return ledger.refuse('amount_invalid'); end if;
  if v_ids is null then return ledger.refuse('lot_unknown'); end if;
  for i in 1 .. cardinality(v_ids) loop
    select * into strict l from ledger.lots where cell = x.cell and id = v_ids[i];
    select debt, last_at into strict a from ledger.accounts
     where cell = x.cell and owner = x.owner and asset = x.asset;
    v_back := greatest(l.clawed - ceil(l.granted * v_refunded / v_paid), 0);
    v_owed := least(l.owed, v_back);
    v_forgiven := least(a.debt, v_owed);
    v_beside := v_owed - v_forgiven;
    v_left := v_back - v_owed;
    v_lots := '{}'; v_amounts := '{}';
    for g in select id, taken, expires_at from ledger.lots
              where cell = x.cell and owner = x.owner and asset = x.asset and (id = l.id or grace_of = l.id)
                and taken > 0
              order by grace_of nulls first, id loop
      exit when v_left = 0; -- what had expired unused was asked from nobody, and comes back to nobody
      v_part := least(v_left, g.taken);
      v_left := v_left - v_part;
      update ledger.lots set taken = taken - v_part, clawed = clawed - case when id = l.id then 0 else v_part end
       where cell = x.cell and id = g.id;
      if g.id = l.id and l.effective_at > greatest(x.now, a.last_at) then
        update ledger.lots set remaining = remaining + v_part, waiting = true, closed = false
         where cell = x.cell and id = l.id;
        perform ledger.note_due(x, l.effective_at);
      elsif g.expires_at <= x.now then
        v_beside := v_beside + v_part;
      else
        perform ledger.move_lots(x, array[g.id], array[v_part], 1, 0);
        perform ledger.note_due(x, g.expires_at);
        v_lots := v_lots || g.id; v_amounts := v_amounts || v_part;
      end if;
    end loop;
    update ledger.lots set clawed = clawed - v_back, owed = owed - v_owed where cell = x.cell and id = l.id;
    if v_beside > 0 then
      v_lots := v_lots || ledger.grace_lot(x, l, v_beside); v_amounts := v_amounts || v_beside;
    end if;
    select coalesce(sum(n), 0) into v_credit from unnest(v_amounts) as n;
    v_all_lots := v_all_lots || v_lots; v_all_amounts := v_all_amounts || v_amounts;
    v_restored := v_restored + v_credit; v_spared := v_spared + v_forgiven;
    e := ledger.book(x, i = cardinality(v_ids), 'clawback', v_credit + v_forgiven, 0, -v_forgiven,
                     'issuance:' || l.source, 'lot', l.id, v_lots, v_amounts,
                     jsonb_build_object('restored', v_restored, 'debt_repaid', v_spared));
  end loop;
  perform ledger.repay(x, e, v_all_lots, v_all_amounts); -- what is owed for other orders
  return ledger.answer(e, false);
end $$;

-- The balance as it was, is, or will be without further commands at a moment. A moment that a later entry has
-- passed is answered by the entries alone, because every command first writes what fell due before it.
create or replace function ledger.balance_at(
  p_cell smallint, p_owner text, p_asset text, p_at timestamptz,
  out available bigint, out held bigint, out debt bigint
) language plpgsql stable security definer set search_path = ledger, pg_temp as $$
declare
  a ledger.accounts;
  v_lo bigint := 0;
  v_hi bigint;
  v_mid bigint;
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
  select coalesce(sum(u.amount), 0) into held
    from ledger.holds h cross join lateral unnest(h.reserved) as u (amount)
   where h.cell = p_cell and h.owner = p_owner and h.asset = p_asset and h.state = 'open' and h.expires_at > p_at;
  -- Lots that begin and what holds that run out give back repay debt, as they come; of the rest counts what is alive.
  with own as materialized (
    select l.*, l.remaining - l.held - case when l.id = a.tab_lot then a.tab_burnt else 0 end as free from ledger.lots l
     where l.cell = p_cell and l.owner = p_owner and l.asset = p_asset and not l.closed
       and (not l.waiting or l.effective_at <= p_at)
  ), comes as (
    select l.effective_at as due, 1 as rank, l.id as event, 0 as nth, l.free as amount, l.expires_at
      from own l where l.waiting
    union all
    select h.expires_at, 3, h.id, -u.nth::integer, u.amount, l.expires_at
      from ledger.holds h cross join lateral unnest(h.lots, h.reserved) with ordinality as u (lot, amount, nth)
      join own l on l.id = u.lot
     where h.cell = p_cell and h.owner = p_owner and h.asset = p_asset and h.state = 'open' and h.expires_at <= p_at
       and l.expires_at > h.expires_at
  ), line as (
    select c.*, least(c.amount, greatest(a.debt - coalesce(sum(c.amount) over (
             order by c.due, c.rank, c.event, c.nth rows between unbounded preceding and 1 preceding), 0), 0)) as repaid
      from comes c)
  select coalesce((select sum(l.free) from own l where not l.waiting and l.expires_at > p_at), 0)
           + coalesce(sum(n.amount - n.repaid) filter (where n.expires_at > p_at), 0),
         a.debt - coalesce(sum(n.repaid), 0)
    into available, debt from line n;
end $$;

select ledger.lock_up();
