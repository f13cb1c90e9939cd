-- Why: what holds do to the books: credits that are reserved, then captured, released or left to run out.
-- Safe to run while serving: yes (new functions). To undo: drop the functions.

create function ledger.hold(x ledger.act) returns jsonb language plpgsql as $$
declare
  d record;
  v_amount bigint := ledger.amount_of(x, 1);
  v_until timestamptz := (x.cmd ->> 'expires_at')::timestamptz;
begin
  if v_amount is null then return ledger.refuse('amount_invalid'); end if;
  if v_until is null or v_until <= x.now then return ledger.refuse('expiry_invalid'); end if;
  select * into d from ledger.draw(x, v_amount);
  if d.o_short > 0 then return ledger.short(v_amount, v_amount - d.o_short); end if;
  perform ledger.move_lots(x, d.o_lots, d.o_amounts, 0, 1);
  insert into ledger.holds (cell, id, owner, asset, amount, lots, reserved, price_version, action, actor,
                            expires_at, created_at)
  values (x.cell, x.cmd ->> 'hold_id', x.owner, x.asset, v_amount, d.o_lots, d.o_amounts,
          (x.cmd ->> 'price_version')::integer, x.cmd ->> 'action', x.cmd ->> 'actor', v_until, x.now);
  perform ledger.note_due(x, v_until);
  return ledger.answer(ledger.book(
    x, true, 'hold', 0, v_amount, 0, 'hold', 'hold', x.cmd ->> 'hold_id', d.o_lots, d.o_amounts,
    jsonb_build_object('hold_id', x.cmd ->> 'hold_id', 'state', 'open', 'amount', v_amount, 'captured', 0,
                       'expires_at', ledger.ms(v_until))), false);
end $$;

-- The hold a command names, when it may still be used; otherwise the refusal.
create function ledger.open_hold(x ledger.act, out h ledger.holds, out o_refusal jsonb) language plpgsql as $$
begin
  select * into h from ledger.holds
   where cell = x.cell and id = x.cmd ->> 'hold_id' and owner = x.owner and asset = x.asset;
  o_refusal := case
    when h.id is null then ledger.refuse('hold_unknown')
    when h.state = 'expired' then ledger.refuse('hold_expired')
    when h.state <> 'open' then ledger.refuse('hold_closed', jsonb_build_object('state', h.state)) end;
end $$;

create function ledger.capture(x ledger.act) returns jsonb language plpgsql as $$
declare
  o record;
  h ledger.holds;
  d record;
  g record;
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
    select 0::bigint as o_returned, 0::bigint as o_expired into g;
  end if;
  update ledger.holds set state = h.state, reserved = h.reserved, captured = h.captured
   where cell = x.cell and id = h.id;
  return ledger.answer(ledger.book(
    x, true, 'capture', -v_amount, -(v_amount - v_rest) - g.o_returned, 0,
    coalesce(x.cmd ->> 'contra', 'revenue:' || coalesce(h.action, x.cmd ->> 'action', 'other')),
    'hold', h.id, v_lots || d.o_lots, v_amounts || d.o_amounts,
    jsonb_build_object('hold_id', h.id, 'state', h.state, 'captured', h.captured, 'amount', h.amount,
                       'returned', g.o_returned, 'expired', g.o_expired)), false);
end $$;

create function ledger.release(x ledger.act) returns jsonb language plpgsql as $$
declare
  o record;
  g record;
begin
  select * into o from ledger.open_hold(x);
  if o.o_refusal is not null then return o.o_refusal; end if;
  select * into g from ledger.give_back(x, (o.h).lots, (o.h).reserved);
  update ledger.holds set state = 'released', reserved = array_fill(0::bigint, array[cardinality(lots)])
   where cell = x.cell and id = (o.h).id;
  return ledger.answer(ledger.book(
    x, true, 'release', 0, -g.o_returned, 0, 'hold', 'hold', (o.h).id, g.o_lots, g.o_amounts,
    jsonb_build_object('hold_id', (o.h).id, 'state', 'released', 'returned', g.o_returned,
                       'expired', g.o_expired, 'captured', (o.h).captured)), false);
end $$;

create function ledger.extend(x ledger.act) returns jsonb language plpgsql as $$
declare
  o record;
  v_until timestamptz := (x.cmd ->> 'expires_at')::timestamptz;
begin
  select * into o from ledger.open_hold(x);
  if o.o_refusal is not null then return o.o_refusal; end if;
  if v_until is null or v_until <= (o.h).expires_at then return ledger.refuse('expiry_invalid'); end if;
  update ledger.holds set expires_at = v_until where cell = x.cell and id = (o.h).id;
  return ledger.answer(ledger.book(
    x, true, 'extend', 0, 0, 0, 'hold', 'hold', (o.h).id, '{}', '{}',
    jsonb_build_object('hold_id', (o.h).id, 'state', 'open', 'amount', (o.h).amount,
                       'captured', (o.h).captured, 'expires_at', ledger.ms(v_until))), false);
end $$;

select ledger.lock_up();
