-- Why: what each command does to the books, one command at a time: the exact path, and the measure of every
--      faster one. The caller holds the account's row lock; every statement carries the cell.
-- Safe to run while serving: yes (new functions). To undo: drop the functions.

-- One command on its way: where, when, and what was asked.
create type ledger.act as (
  cell smallint, owner text, asset text, now timestamptz, block integer, key text, cmd jsonb
);

create function ledger.cell_of(p_owner text) returns smallint language sql stable as $$
  select (get_byte(sha256(convert_to(p_owner, 'UTF8')), 0) % 64)::smallint
$$;

-- The id of the entry that an owner's key makes. A repeated key cannot get another id, so one small unique
-- index judges idempotency and finds charges by id; the first byte is the cell, so an id knows its shard.
create function ledger.entry_id(p_cell smallint, p_owner text, p_key text) returns uuid
language sql stable as $$
  select encode(substr(set_byte(sha256(convert_to(p_owner || chr(10) || p_key, 'UTF8')), 0, p_cell), 1, 16), 'hex')::uuid
$$;

create function ledger.ms(p_at timestamptz) returns bigint language sql stable as $$
  select case when isfinite(p_at) then (extract(epoch from p_at) * 1000)::bigint end
$$;

create function ledger.refuse(p_code text, p_facts jsonb default '{}') returns jsonb language sql immutable as $$
  select jsonb_build_object('ok', false, 'code', p_code, 'facts', p_facts)
$$;

-- The answer is always read from the entry, so a repeat of the key gets the very same one.
create function ledger.answer(e ledger.entries, p_replayed boolean) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'ok', true, 'replayed', p_replayed, 'id', e.id, 'kind', e.kind, 'seq', e.seq, 'amount', e.amount,
    'at', ledger.ms(e.created_at),
    'balance', jsonb_build_array(e.balance_after - e.held_after + e.debt_after, e.held_after, e.debt_after),
    'draws', coalesce((
      select jsonb_agg(jsonb_build_array(d.lot, d.amount, l.source) order by d.nth)
        from unnest(e.draw_lots, e.draw_amounts) with ordinality as d (lot, amount, nth)
        join ledger.lots l on l.cell = e.cell and l.id = d.lot), '[]'),
    'price_version', e.price_version, 'detail', coalesce(e.detail, '{}'))
$$;

-- Writes one entry and moves the account with it. Only an entry that bears the caller's own key carries what
-- the caller said about it.
create function ledger.book(
  x ledger.act, p_own boolean, p_kind text, p_amount bigint, p_held bigint, p_debt bigint, p_contra text,
  p_reference_type text, p_reference_id text, p_lots text[], p_amounts bigint[], p_detail jsonb
) returns ledger.entries language plpgsql as $$
declare
  a ledger.accounts;
  e ledger.entries;
  v_key text;
begin
  update ledger.accounts
     set available = available + p_amount - p_held + p_debt, held = held + p_held, debt = debt + p_debt,
         version = version + 1, last_at = greatest(last_at, x.now)
   where cell = x.cell and owner = x.owner and asset = x.asset
  returning * into strict a;
  v_key := case when p_own then x.key else format('#%s/%s', x.asset, a.version) end;
  insert into ledger.entries (
    cell, owner, asset, seq, id, block, kind, amount, balance_after, held_after, debt_after, contra, key,
    fingerprint, reference_type, reference_id, draw_lots, draw_amounts, action, price_version, actor,
    description, metadata, detail, params, created_at)
  values (
    x.cell, x.owner, x.asset, a.version, ledger.entry_id(x.cell, x.owner, v_key), x.block, p_kind, p_amount,
    a.available + a.held - a.debt, a.held, a.debt, p_contra, v_key,
    case when p_own then (x.cmd ->> 'fingerprint')::uuid end, p_reference_type, p_reference_id,
    p_lots, p_amounts,
    case when p_own then x.cmd ->> 'action' end,
    case when p_own then (x.cmd ->> 'price_version')::integer end,
    case when p_own then x.cmd ->> 'actor' else 'ledger' end,
    case when p_own then x.cmd ->> 'description' end,
    case when p_own then x.cmd -> 'metadata' end,
    nullif(p_detail, '{}'),
    case when p_own then x.cmd -> 'params' end, a.last_at)
  returning * into e;
  return e;
end $$;

-- Which lots an amount comes from, in burn order; o_short is what they lack.
create function ledger.draw(
  x ledger.act, p_amount bigint, out o_lots text[], out o_amounts bigint[], out o_short bigint
) language plpgsql as $$
declare
  r record;
  v_take bigint;
begin
  o_lots := '{}';
  o_amounts := '{}';
  o_short := p_amount;
  for r in select id, remaining - held as free from ledger.lots
            where cell = x.cell and owner = x.owner and asset = x.asset and not closed and not waiting
              and expires_at > x.now and remaining > held
            order by priority, expires_at, effective_at, id loop
    exit when o_short = 0;
    v_take := least(r.free, o_short);
    o_lots := o_lots || r.id;
    o_amounts := o_amounts || v_take;
    o_short := o_short - v_take;
  end loop;
end $$;

-- Moves `remaining` and `held` of lots by the amounts, each times its sign. A lot may come up twice.
create function ledger.move_lots(
  x ledger.act, p_lots text[], p_amounts bigint[], p_remaining integer, p_held integer
) returns void language sql as $$
  update ledger.lots l
     set remaining = l.remaining + p_remaining * m.amount,
         held = l.held + p_held * m.amount,
         closed = l.remaining + p_remaining * m.amount = 0
    from (select u.lot, sum(u.amount)::bigint as amount
            from unnest(p_lots, p_amounts) as u (lot, amount) group by u.lot) m
   where l.cell = x.cell and l.id = m.lot
$$;

-- Tells the account that something will happen by itself at this moment.
create function ledger.note_due(x ledger.act, p_at timestamptz) returns void language sql as $$
  update ledger.accounts set next_due = p_at
   where cell = x.cell and owner = x.owner and asset = x.asset and next_due > p_at
$$;

-- Ends a reservation: what came from lots that have expired meanwhile goes to breakage, entry by entry; the
-- rest is free again, last drawn first. Says what came back; the caller books it with its own entry.
create function ledger.give_back(
  x ledger.act, p_lots text[], p_reserved bigint[],
  out o_returned bigint, out o_expired bigint, out o_lots text[], out o_amounts bigint[]
) language plpgsql as $$
declare
  v_expires_at timestamptz;
begin
  o_returned := 0;
  o_expired := 0;
  o_lots := '{}';
  o_amounts := '{}';
  for i in reverse cardinality(p_lots) .. 1 loop
    continue when p_reserved[i] = 0;
    select expires_at into strict v_expires_at from ledger.lots where cell = x.cell and id = p_lots[i];
    if v_expires_at <= x.now then
      perform ledger.move_lots(x, p_lots[i:i], p_reserved[i:i], -1, -1);
      update ledger.lots set expired = expired + p_reserved[i] where cell = x.cell and id = p_lots[i];
      perform ledger.book(x, false, 'expire', -p_reserved[i], -p_reserved[i], 0, 'breakage',
                          'lot', p_lots[i], p_lots[i:i], p_reserved[i:i], '{}');
      o_expired := o_expired + p_reserved[i];
    else
      perform ledger.move_lots(x, p_lots[i:i], p_reserved[i:i], 0, -1);
      -- A node whose clock is ahead may have settled past this lot's end while all of it was held.
      perform ledger.note_due(x, v_expires_at);
      o_lots := o_lots || p_lots[i];
      o_amounts := o_amounts || p_reserved[i];
      o_returned := o_returned + p_reserved[i];
    end if;
  end loop;
end $$;

-- A lot begins: debt is repaid first, the rest may be spent. Books the entry that p_own says.
create function ledger.issue(
  x ledger.act, p_own boolean, p_kind text, l ledger.lots, p_contra text,
  p_reference_type text, p_reference_id text, p_detail jsonb
) returns ledger.entries language plpgsql as $$
declare
  v_paid bigint;
begin
  select least(debt, l.remaining) into strict v_paid from ledger.accounts
   where cell = x.cell and owner = x.owner and asset = x.asset;
  update ledger.lots
     set waiting = false, remaining = l.remaining - v_paid, closed = l.remaining = v_paid
   where cell = x.cell and id = l.id;
  perform ledger.note_due(x, l.expires_at);
  return ledger.book(
    x, p_own, p_kind, l.remaining, 0, -v_paid, p_contra, p_reference_type, p_reference_id,
    array[l.id], array[l.remaining - v_paid],
    p_detail || jsonb_build_object(
      'lot_id', l.id, 'source', l.source, 'priority', l.priority, 'remaining', l.remaining - v_paid,
      'debt_repaid', v_paid, 'effective_at', ledger.ms(l.effective_at), 'expires_at', ledger.ms(l.expires_at),
      'refundable', l.refundable, 'order_id', l.order_id));
end $$;

-- What time alone has done to the account up to now, written down in the order in which it fell due: lots that
-- begin, lots that expire, holds that run out. At most a hundred at once, so that no account keeps the others of its
-- batch waiting; when `is_due` says no more, the stored balance is the true one.
create function ledger.settle(x ledger.act) returns integer language plpgsql as $$
declare
  ev record;
  y ledger.act := x;
  v_count integer := 0;
begin
  y.key := null;
  y.cmd := '{}';
  while v_count < 100 loop
    select * into ev from (
      (select effective_at as due, 1 as rank, id from ledger.lots
        where cell = x.cell and owner = x.owner and asset = x.asset and not closed
          and waiting and effective_at <= x.now
        order by effective_at, id limit 1)
      union all
      (select expires_at, 2, id from ledger.lots
        where cell = x.cell and owner = x.owner and asset = x.asset and not closed
          and not waiting and expires_at <= x.now and remaining > held
        order by expires_at, id limit 1)
      union all
      (select expires_at, 3, id from ledger.holds
        where cell = x.cell and owner = x.owner and asset = x.asset and state = 'open' and expires_at <= x.now
        order by expires_at, id limit 1)
    ) due order by due, rank, id limit 1;
    exit when not found;
    y.now := ev.due;
    if ev.rank = 1 then
      perform ledger.begin_lot(y, ev.id);
    elsif ev.rank = 2 then
      perform ledger.expire_lot(y, ev.id);
    else
      perform ledger.expire_hold(y, ev.id);
    end if;
    v_count := v_count + 1;
  end loop;
  update ledger.accounts set next_due = least(
    (select min(case when waiting then effective_at else expires_at end) from ledger.lots
      where cell = x.cell and owner = x.owner and asset = x.asset and not closed
        and (waiting or expires_at > x.now or remaining > held)),
    (select min(expires_at) from ledger.holds
      where cell = x.cell and owner = x.owner and asset = x.asset and state = 'open'),
    'infinity')
   where cell = x.cell and owner = x.owner and asset = x.asset;
  return v_count;
end $$;

create function ledger.is_due(x ledger.act) returns boolean language sql stable as $$
  select exists (select from ledger.accounts
                  where cell = x.cell and owner = x.owner and asset = x.asset and next_due <= x.now)
$$;

create function ledger.begin_lot(x ledger.act, p_lot text) returns void language plpgsql as $$
declare
  l ledger.lots;
begin
  select * into strict l from ledger.lots where cell = x.cell and id = p_lot;
  perform ledger.issue(x, false, 'grant', l, 'issuance:' || l.source, 'lot', l.id, '{}');
end $$;

create function ledger.expire_lot(x ledger.act, p_lot text) returns void language plpgsql as $$
declare
  v_free bigint;
begin
  select remaining - held into strict v_free from ledger.lots where cell = x.cell and id = p_lot;
  update ledger.lots set remaining = held, expired = expired + v_free, closed = held = 0
   where cell = x.cell and id = p_lot;
  perform ledger.book(x, false, 'expire', -v_free, 0, 0, 'breakage', 'lot', p_lot,
                      array[p_lot], array[v_free], '{}');
end $$;

create function ledger.expire_hold(x ledger.act, p_hold text) returns void language plpgsql as $$
declare
  h ledger.holds;
  g record;
begin
  select * into strict h from ledger.holds where cell = x.cell and id = p_hold;
  select * into g from ledger.give_back(x, h.lots, h.reserved);
  update ledger.holds set state = 'expired', reserved = array_fill(0::bigint, array[cardinality(lots)])
   where cell = x.cell and id = p_hold;
  perform ledger.book(x, false, 'release', 0, -g.o_returned, 0, 'hold', 'hold', h.id, g.o_lots, g.o_amounts,
    jsonb_build_object('hold_id', h.id, 'state', 'expired', 'returned', g.o_returned,
                       'expired', g.o_expired, 'captured', h.captured));
end $$;

create function ledger.short(p_required bigint, p_available bigint) returns jsonb language sql immutable as $$
  select ledger.refuse('insufficient_credits', jsonb_build_object(
    'required', p_required, 'available', p_available, 'missing', p_required - p_available))
$$;

create function ledger.amount_of(x ledger.act, p_least bigint) returns bigint language sql stable as $$
  select case when (x.cmd ->> 'amount')::numeric between p_least and 9007199254740991
              then (x.cmd ->> 'amount')::bigint end
$$;

create function ledger.available(x ledger.act) returns bigint language sql stable as $$
  select coalesce((select available from ledger.accounts
                    where cell = x.cell and owner = x.owner and asset = x.asset), 0)
$$;

create function ledger.charge(x ledger.act) returns jsonb language plpgsql as $$
declare
  d record;
  v_amount bigint := ledger.amount_of(x, 0);
  v_detail jsonb := '{}';
begin
  if v_amount is null then return ledger.refuse('amount_invalid'); end if;
  if x.cmd ? 'first_free' then
    insert into ledger.firsts (cell, owner, asset, name)
    values (x.cell, x.owner, x.asset, x.cmd ->> 'first_free') on conflict do nothing;
    if found then
      v_detail := jsonb_build_object('free', true, 'full_price', v_amount, 'first', x.cmd ->> 'first_free');
      v_amount := 0;
    end if;
  end if;
  select * into d from ledger.draw(x, v_amount);
  if d.o_short > 0 then return ledger.short(v_amount, v_amount - d.o_short); end if;
  perform ledger.move_lots(x, d.o_lots, d.o_amounts, -1, 0);
  return ledger.answer(ledger.book(
    x, true, 'charge', -v_amount, 0, 0,
    coalesce(x.cmd ->> 'contra', 'revenue:' || coalesce(x.cmd ->> 'action', 'other')),
    x.cmd ->> 'reference_type', x.cmd ->> 'reference_id', d.o_lots, d.o_amounts, v_detail), false);
end $$;

-- Staff's correction: upwards it is a lot like any other, downwards it burns like a charge.
create function ledger.adjust(x ledger.act) returns jsonb language plpgsql as $$
declare
  d record;
  v_amount bigint := (x.cmd ->> 'amount')::bigint;
begin
  if v_amount > 0 then return ledger.grant(x); end if;
  if v_amount is null or v_amount = 0 or v_amount < -9007199254740991 then
    return ledger.refuse('amount_invalid');
  end if;
  select * into d from ledger.draw(x, -v_amount);
  if d.o_short > 0 then return ledger.short(-v_amount, -v_amount - d.o_short); end if;
  perform ledger.move_lots(x, d.o_lots, d.o_amounts, -1, 0);
  return ledger.answer(ledger.book(
    x, true, 'adjust', v_amount, 0, 0, coalesce(x.cmd ->> 'contra', 'writeoff'),
    x.cmd ->> 'reference_type', x.cmd ->> 'reference_id', d.o_lots, d.o_amounts, '{}'), false);
end $$;

-- Room below the largest integer that JSON carries exactly.
create function ledger.room(x ledger.act) returns bigint language sql stable as $$
  select 9007199254740991 - coalesce((
    select a.available + a.held + coalesce((
             select sum(l.remaining) from ledger.lots l
              where l.cell = x.cell and l.owner = x.owner and l.asset = x.asset and not l.closed and l.waiting), 0)
      from ledger.accounts a where a.cell = x.cell and a.owner = x.owner and a.asset = x.asset), 0)::bigint
$$;

-- Grants, upward adjustments and arrivals of a transfer: `kind` of the command names the entry.
create function ledger.grant(x ledger.act) returns jsonb language plpgsql as $$
declare
  l ledger.lots;
  v_kind text := x.cmd ->> 'kind';
  v_source text := coalesce(x.cmd ->> 'source', 'admin');
  v_contra text := coalesce(x.cmd ->> 'contra', 'issuance:' || v_source);
begin
  l.granted := ledger.amount_of(x, 1);
  l.effective_at := greatest(coalesce((x.cmd ->> 'effective_at')::timestamptz, x.now), x.now);
  l.expires_at := coalesce((x.cmd ->> 'expires_at')::timestamptz, 'infinity');
  if l.granted is null or l.granted > ledger.room(x) then return ledger.refuse('amount_invalid'); end if;
  if l.expires_at <= l.effective_at then return ledger.refuse('expiry_invalid'); end if;
  insert into ledger.lots (cell, id, owner, asset, source, granted, remaining, priority, effective_at,
                           expires_at, refundable, order_id, waiting, created_at)
  values (x.cell, x.cmd ->> 'lot_id', x.owner, x.asset, v_source, l.granted, l.granted,
          coalesce((x.cmd ->> 'priority')::smallint, 50), l.effective_at, l.expires_at,
          coalesce((x.cmd ->> 'refundable')::boolean, false), x.cmd ->> 'order_id',
          l.effective_at > x.now, x.now)
  returning * into l;
  if not l.waiting then
    return ledger.answer(ledger.issue(x, true, v_kind, l, v_contra, x.cmd ->> 'reference_type',
                                      x.cmd ->> 'reference_id', '{}'), false);
  end if;
  -- Nothing has arrived yet: this line only says that it will.
  perform ledger.note_due(x, l.effective_at);
  return ledger.answer(ledger.book(
    x, true, 'schedule', 0, 0, 0, v_contra, x.cmd ->> 'reference_type', x.cmd ->> 'reference_id', '{}', '{}',
    jsonb_build_object('lot_id', l.id, 'source', l.source, 'priority', l.priority, 'remaining', l.remaining,
      'debt_repaid', 0, 'granted', l.granted,
      'effective_at', ledger.ms(l.effective_at), 'expires_at', ledger.ms(l.expires_at),
      'refundable', l.refundable, 'order_id', l.order_id)), false);
end $$;
