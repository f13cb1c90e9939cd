-- Why: the trail. Every sensitive act leaves an entry in its own transaction; entries are sealed into
--      a chain of blocks afterwards, so that no writer ever waits for another at the chain's head.
-- Safe to run while serving: yes (new schema). To undo: drop schema audit cascade.
create schema audit;

create table audit.entries (
  id          bigint generated always as identity primary key,
  entry_id    text not null unique,
  at          timestamptz not null,                             -- business time
  recorded_at timestamptz not null default clock_timestamp(),   -- the machine's time
  actor_kind  text not null check (actor_kind in ('person', 'key', 'system', 'nobody')),
  actor_id    text not null check (char_length(actor_id) <= 200),
  actor_roles text[] not null,
  acting_as   text,
  action      text not null check (action ~ '^[a-z_]+(\.[a-z_]+)+$'),
  target_kind text not null check (target_kind <> ''),
  target_id   text not null check (char_length(target_id) between 1 and 200),
  before      jsonb,
  after       jsonb,
  reason      text check (char_length(reason) <= 500),
  ip          text check (ip like '%/24' or ip like '%/48'),    -- a neighbourhood, never an address
  agent       text check (char_length(agent) <= 200),
  request_id  text,
  result      text not null check (result in ('done', 'refused'))
);
create index entries_by_time   on audit.entries (at, id);
create index entries_by_actor  on audit.entries (actor_id, at, id);
create index entries_by_action on audit.entries (action, at, id);
create index entries_by_target on audit.entries (target_id, target_kind, at, id);

-- Entries that no block holds yet. Only the trigger fills it: an entry cannot dodge the chain.
create table audit.unsealed (
  id bigint primary key
);

create function audit.await_sealing() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into audit.unsealed (id) values (new.id);
  return null;
end $$;
create trigger "A4 every entry awaits its seal" after insert on audit.entries
  for each row execute function audit.await_sealing();

create table audit.blocks (
  number    integer primary key check (number > 0),
  day       date not null,
  entry_ids bigint[] not null check (cardinality(entry_ids) between 1 and 1000),
  leaves    bytea not null,                                     -- one sha256 an entry, in that order
  previous  bytea not null check (length(previous) = 32),
  digest    bytea not null check (length(digest) = 32),
  signature text not null,
  sealed_at timestamptz not null,
  check (length(leaves) = 32 * cardinality(entry_ids))
);
create index blocks_by_day on audit.blocks (day, number);

-- The last block of each finished day: the line to carry out of the house.
create table audit.heads (
  day       date primary key,
  block     integer not null references audit.blocks,
  digest    bytea not null check (length(digest) = 32),
  signature text not null,
  signed_at timestamptz not null
);

create trigger "A2 append only" before update or delete or truncate on audit.entries
  for each statement execute function kernel.refuse_change();
create trigger "A2 append only" before update or delete or truncate on audit.blocks
  for each statement execute function kernel.refuse_change();
create trigger "A2 append only" before update or delete or truncate on audit.heads
  for each statement execute function kernel.refuse_change();

select kernel.let_app('usage on schema audit');
select kernel.let_app('select, insert on audit.entries, audit.blocks, audit.heads');
select kernel.let_app('select, delete on audit.unsealed');
