-- Why: the commands that give value back or take it back: refund, clawback and its way back, freeze, transfer.
-- Safe to run while serving: yes (new functions). To undo: drop the functions.

-- Where what comes back lives on when its lot has ended, or has no room for it: same source, at least a short life.
-- The id is grown from the lot's and the command's key, so that the function invents nothing.
create function ledger.grace_lot(x ledger.act, l ledger.lots, p_amount bigint) returns text
language plpgsql as $$
declare
  v_id text := left(l.id, 16)
    || substr(encode(sha256(convert_to(l.id || chr(10) || x.owner || chr(10) || x.key, 'UTF8')), 'hex'), 1, 14);
  v_until timestamptz :=
    greatest(l.expires_at, x.now + make_interval(days => coalesce((x.cmd ->> 'grace_days')::integer, 7)));
begin
  insert into ledger.lots as lots (cell, id, owner, asset, source, granted, remaining, priority, effective_at,
                           expires_at, refundable, order_id, grace_of, created_at)
  values (x.cell, v_id, x.owner, x.asset, l.source, p_amount, p_amount, l.priority, x.now,
          v_until, l.refundable, l.order_id, coalesce(l.grace_of, l.id), x.now)
  -- A capture may have drawn twice from one lot: then its refund comes here twice.
  on conflict (cell, id) do update
     set granted = lots.granted + p_amount, remaining = lots.remaining + p_amount;
  perform ledger.note_due(x, v_until);
  return v_id;
end $$;

-- Walks the charge's draws backwards, past what was refunded before, and restores those very lots.
create function ledger.refund(x ledger.act) returns jsonb language plpgsql as $$
declare
  c ledger.entries;
  l ledger.lots;
  v_amount bigint;
  v_before bigint;
  v_pass bigint;
  v_paid bigint;
  v_take bigint;
  v_rest bigint;
  v_lot text;
  v_lots text[] := '{}';
  v_amounts bigint[] := '{}';
begin
  select * into c from ledger.entries
   where cell = x.cell and id = (x.cmd ->> 'charge_id')::uuid and owner = x.owner and asset = x.asset
     and kind in ('charge', 'capture');
  if not found then return ledger.refuse('charge_unknown'); end if;
  select coalesce(max(refunded), 0) into v_before from ledger.refunded_charges
   where cell = x.cell and charge_id = c.id;
  v_amount := case when x.cmd ? 'amount' then ledger.amount_of(x, 1) else -c.amount - v_before end;
  if v_amount is null then return ledger.refuse('amount_invalid'); end if;
  if v_amount = 0 or v_before + v_amount > -c.amount then
    return ledger.refuse('refund_exceeds_charge', jsonb_build_object(
      'charged', -c.amount, 'refunded', v_before, 'refundable', -c.amount - v_before));
  end if;
  if v_amount > ledger.room(x) then return ledger.refuse('amount_invalid'); end if;
  select least(debt, v_amount) into strict v_paid from ledger.accounts
   where cell = x.cell and owner = x.owner and asset = x.asset;
  v_pass := v_before + v_paid; -- what arrives repays debt first, so the walk begins behind it
  v_rest := v_amount - v_paid;
  for i in reverse cardinality(c.draw_lots) .. 1 loop
    exit when v_rest = 0;
    v_take := least(greatest(c.draw_amounts[i] - v_pass, 0), v_rest);
    v_pass := greatest(v_pass - c.draw_amounts[i], 0);
    continue when v_take = 0;
    select * into strict l from ledger.lots where cell = x.cell and id = c.draw_lots[i];
    if l.expires_at <= x.now then
      v_lot := ledger.grace_lot(x, l, v_take);
    else
      v_lot := l.id;
      perform ledger.move_lots(x, array[v_lot], array[v_take], 1, 0);
      perform ledger.note_due(x, l.expires_at);
    end if;
    v_lots := v_lots || v_lot;
    v_amounts := v_amounts || v_take;
    v_rest := v_rest - v_take;
  end loop;
  insert into ledger.refunded_charges as r (cell, charge_id, owner, charged, refunded)
  values (x.cell, c.id, x.owner, -c.amount, v_amount)
  on conflict (cell, charge_id) do update set refunded = r.refunded + v_amount;
  return ledger.answer(ledger.book(
    x, true, 'refund', v_amount, 0, -v_paid, c.contra, 'charge', c.id::text, v_lots, v_amounts,
    jsonb_build_object('charge_id', c.id, 'refunded', v_before + v_amount, 'debt_repaid', v_paid)), false);
end $$;

-- How a share of one granted lot is taken back: from what is still there (its grace lots too), then as debt for
-- what was spent. What expired unused is asked from nobody. A lot that has not begun is simply made smaller.
create function ledger.claw_plan(
  x ledger.act, l ledger.lots, p_refunded numeric, p_paid numeric,
  out o_share bigint, out o_cancel bigint, out o_take bigint, out o_owed bigint
) language plpgsql as $$
declare
  v_free bigint;
  v_used bigint;
begin
  -- Cumulative and rounded up: 30 % then 70 % sum to the whole, and rounding never leaves credits unpaid for.
  o_share := greatest(ceil(l.granted * p_refunded / p_paid) - l.clawed, 0);
  o_cancel := case when l.waiting then least(o_share, l.remaining) else 0 end;
  select coalesce(sum(g.remaining - g.held) filter (where not g.waiting and g.expires_at > x.now), 0),
         -- Spent, by this lot and its grace lots: what was granted and is neither here, nor expired, nor taken.
         -- A grace lot's grant was once spent from this one, so it is counted once.
         l.granted - sum(g.remaining - g.held + g.expired + g.taken) - sum(g.owed)
    into v_free, v_used
    from ledger.lots g
   where g.cell = x.cell and g.owner = x.owner and g.asset = x.asset and (g.id = l.id or g.grace_of = l.id);
  o_take := least(o_share - o_cancel, v_free);
  o_owed := least(o_share - o_cancel - o_take, greatest(v_used, 0));
end $$;

-- Of which lots that much of a granted lot is taken: of itself first, then of those that carry on what was refunded.
create function ledger.claw_parts(
  x ledger.act, l ledger.lots, p_take bigint, inout io_lots text[], inout io_amounts bigint[]
) language plpgsql as $$
declare
  g record;
  v_left bigint := p_take;
  v_part bigint;
begin
  for g in select id, remaining - held as free from ledger.lots
            where cell = x.cell and owner = x.owner and asset = x.asset and (id = l.id or grace_of = l.id)
              and not waiting and expires_at > x.now and remaining > held
            order by grace_of nulls first, id loop
    exit when v_left = 0;
    v_part := least(v_left, g.free);
    io_lots := io_lots || g.id; io_amounts := io_amounts || v_part; v_left := v_left - v_part;
  end loop;
end $$;

-- What a command names: one granted lot, or all that were granted for an order.
create function ledger.claw_lots(x ledger.act) returns text[] language sql stable as $$
  select array_agg(id order by id) from ledger.lots
   where cell = x.cell and owner = x.owner and asset = x.asset and grace_of is null
     and (case when x.cmd ? 'lot_id' then id = x.cmd ->> 'lot_id' else order_id = x.cmd ->> 'order_id' end)
$$;

create function ledger.clawback(x ledger.act) returns jsonb language plpgsql as $$
declare
  l ledger.lots;
  p record;
  e ledger.entries;
  v_refunded numeric := coalesce((x.cmd ->> 'refunded')::numeric, 1);
  v_paid numeric := coalesce((x.cmd ->> 'paid')::numeric, 1);
  v_ids constant text[] := ledger.claw_lots(x);
  v_parts record;
  v_total jsonb;
  v_share bigint := 0; v_taken bigint := 0; v_owed bigint := 0; v_cancelled bigint := 0;
begin
  if v_paid <= 0 or v_refunded < 0 or v_refunded > v_paid then return ledger.refuse('amount_invalid'); end if;
  if v_ids is null then return ledger.refuse('lot_unknown'); end if;
  if coalesce(x.cmd ->> 'policy', 'refuse') <> 'debt' then
    select coalesce(sum(c.o_owed), 0), coalesce(sum(c.o_take + c.o_cancel), 0), coalesce(sum(c.o_share), 0)
      into v_owed, v_taken, v_share
      from ledger.lots o cross join lateral ledger.claw_plan(x, o, v_refunded, v_paid) c
     where o.cell = x.cell and o.id = any (v_ids);
    if v_owed > 0 then
      return ledger.refuse('clawback_spent', jsonb_build_object(
        'required', v_share, 'unspent', v_taken, 'spent', v_owed));
    end if;
    v_taken := 0; v_share := 0;
  end if;
  for i in 1 .. cardinality(v_ids) loop
    select * into strict l from ledger.lots where cell = x.cell and id = v_ids[i];
    select * into p from ledger.claw_plan(x, l, v_refunded, v_paid);
    update ledger.lots
       set clawed = clawed + p.o_share, owed = owed + p.o_owed, taken = taken + p.o_cancel,
           remaining = remaining - p.o_cancel, closed = remaining = p.o_cancel,
           waiting = waiting and remaining > p.o_cancel
     where cell = x.cell and id = l.id;
    select * into v_parts from ledger.claw_parts(x, l, p.o_take, '{}', '{}');
    update ledger.lots o
       set remaining = o.remaining - u.amount, taken = o.taken + u.amount,
           clawed = o.clawed + case when o.id = l.id then 0 else u.amount end, closed = o.remaining = u.amount
      from unnest(v_parts.io_lots, v_parts.io_amounts) as u (lot, amount)
     where o.cell = x.cell and o.id = u.lot;
    v_share := v_share + p.o_share; v_taken := v_taken + p.o_take;
    v_owed := v_owed + p.o_owed; v_cancelled := v_cancelled + p.o_cancel;
    v_total := jsonb_build_object('share', v_share, 'taken', v_taken, 'owed', v_owed,
      'cancelled', v_cancelled, 'waived', v_share - v_taken - v_owed - v_cancelled);
    -- One line a lot, because each lot was issued from its own book; the last bears the caller's key.
    e := ledger.book(x, i = cardinality(v_ids), 'clawback', -(p.o_take + p.o_owed), 0, p.o_owed,
                     'issuance:' || l.source, 'lot', l.id, v_parts.io_lots, v_parts.io_amounts, v_total);
  end loop;
  return ledger.answer(e, false);
end $$;

-- Sets aside, of an order's lots, what a clawback of the same share would take of each: it cannot be spent while
-- somebody asks the provider. One that finds nothing there sets nothing aside.
create function ledger.freeze(x ledger.act) returns jsonb language plpgsql as $$
declare
  l ledger.lots;
  p record;
  v_refunded numeric := (x.cmd ->> 'refunded')::numeric;
  v_paid numeric := (x.cmd ->> 'paid')::numeric;
  v_until timestamptz := (x.cmd ->> 'expires_at')::timestamptz;
  v_ids constant text[] := ledger.claw_lots(x);
  v_parts record;
  v_share bigint := 0; v_taken bigint := 0; v_owed bigint := 0;
begin
  if v_paid <= 0 or v_refunded < 0 or v_refunded > v_paid then return ledger.refuse('amount_invalid'); end if;
  if v_until is null or v_until <= x.now then return ledger.refuse('expiry_invalid'); end if;
  if v_ids is null then return ledger.refuse('lot_unknown'); end if;
  select '{}'::text[] as io_lots, '{}'::bigint[] as io_amounts into v_parts;
  for i in 1 .. cardinality(v_ids) loop
    select * into strict l from ledger.lots where cell = x.cell and id = v_ids[i];
    select * into p from ledger.claw_plan(x, l, v_refunded, v_paid);
    v_share := v_share + p.o_share; v_taken := v_taken + p.o_take; v_owed := v_owed + p.o_owed;
    select * into v_parts from ledger.claw_parts(x, l, p.o_take, v_parts.io_lots, v_parts.io_amounts);
  end loop;
  if coalesce(x.cmd ->> 'policy', 'refuse') <> 'debt' and v_owed > 0 then
    return ledger.refuse('clawback_spent', jsonb_build_object(
      'required', v_share, 'unspent', v_taken, 'spent', v_owed));
  end if;
  if v_taken = 0 then return ledger.short(v_share, 0); end if;
  perform ledger.move_lots(x, v_parts.io_lots, v_parts.io_amounts, 0, 1);
  insert into ledger.holds (cell, id, owner, asset, amount, lots, reserved, actor, expires_at, created_at)
  values (x.cell, x.cmd ->> 'hold_id', x.owner, x.asset, v_taken, v_parts.io_lots, v_parts.io_amounts,
          x.cmd ->> 'actor', v_until, x.now);
  perform ledger.note_due(x, v_until);
  return ledger.answer(ledger.book(
    x, true, 'hold', 0, v_taken, 0, 'hold', 'hold', x.cmd ->> 'hold_id', v_parts.io_lots, v_parts.io_amounts,
    jsonb_build_object('hold_id', x.cmd ->> 'hold_id', 'state', 'open', 'amount', v_taken, 'captured', 0,
                       'expires_at', ledger.ms(v_until), 'share', v_share, 'owed', v_owed)), false);
end $$;

-- The way back of a clawback: money that had gone back came to us again, so of the order less is refunded than was
-- taken for. Debt that is still there is forgiven first; what was taken goes back to the lots that it was taken from.
-- Debt that was repaid meanwhile comes back in a lot beside them: theirs stays spent, and may still be refunded.
create function ledger.unclaw(x ledger.act) returns jsonb language plpgsql as $$
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
    v_restored := v_restored + v_credit; v_spared := v_spared + v_forgiven;
    e := ledger.book(x, i = cardinality(v_ids), 'clawback', v_credit + v_forgiven, 0, -v_forgiven,
                     'issuance:' || l.source, 'lot', l.id, v_lots, v_amounts,
                     jsonb_build_object('restored', v_restored, 'debt_repaid', v_spared));
  end loop;
  return ledger.answer(e, false);
end $$;

-- The two ends of a transfer. The value rests in the clearing book between the two lines of one transaction.
create function ledger.transfer_out(x ledger.act) returns jsonb language plpgsql as $$
declare
  d record;
  v_amount bigint := ledger.amount_of(x, 1);
begin
  if v_amount is null then return ledger.refuse('amount_invalid'); end if;
  select * into d from ledger.draw(x, v_amount);
  if d.o_short > 0 then return ledger.short(v_amount, v_amount - d.o_short); end if;
  perform ledger.move_lots(x, d.o_lots, d.o_amounts, -1, 0);
  return ledger.answer(ledger.book(
    x, true, 'transfer', -v_amount, 0, 0, coalesce(x.cmd ->> 'contra', 'clearing:transfer'),
    'owner', x.cmd ->> 'to_owner', d.o_lots, d.o_amounts,
    jsonb_build_object('to_owner', x.cmd ->> 'to_owner', 'lot_id', x.cmd ->> 'lot_id')), false);
end $$;

create function ledger.transfer_in(x ledger.act) returns jsonb language plpgsql as $$
declare
  l ledger.lots;
begin
  insert into ledger.lots (cell, id, owner, asset, source, granted, remaining, priority, effective_at,
                           expires_at, refundable, created_at)
  values (x.cell, x.cmd ->> 'lot_id', x.owner, x.asset, coalesce(x.cmd ->> 'source', 'transfer'),
          (x.cmd ->> 'amount')::bigint, (x.cmd ->> 'amount')::bigint,
          coalesce((x.cmd ->> 'priority')::smallint, 50), x.now,
          coalesce((x.cmd ->> 'expires_at')::timestamptz, 'infinity'), false, x.now)
  returning * into l;
  return ledger.answer(ledger.issue(
    x, false, 'transfer', l, coalesce(x.cmd ->> 'contra', 'clearing:transfer'),
    'owner', x.cmd ->> 'owner', jsonb_build_object('from_owner', x.cmd ->> 'owner')), false);
end $$;
