-- Why: what every module stands on: the roles, the list of migrations, the outbox, the clock's shift
--      and the mailbox of an installation that sends no mail yet.
-- Safe to run while serving: yes (new schema). To undo: drop schema kernel cascade; drop role tongbao_app.
create schema kernel;

create table kernel.migrations (
  number     integer primary key,
  name       text not null,
  checksum   text not null,
  applied_at timestamptz not null default clock_timestamp()
);

-- The application works as this role, which owns nothing. Where the given user may not create roles,
-- it works as that user instead: `tongbao doctor` says so, and the triggers still hold.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'tongbao_app') then
    create role tongbao_app nologin;
    -- From PostgreSQL 16 on a role's maker may hand it out, but not work as it, until this is said.
    execute format('grant tongbao_app to %I', current_user);
  end if;
exception
  when insufficient_privilege then
    raise notice 'no right to create the role tongbao_app; the application will work as %', current_user;
  when duplicate_object or unique_violation then
    null; -- roles belong to the whole cluster: another database was quicker
end $$;

-- Grants to the application, also where its role could not be made.
create function kernel.let_app(rights text) returns void language plpgsql as $$
begin
  if exists (select from pg_catalog.pg_roles where rolname = 'tongbao_app') then
    execute format('grant %s to tongbao_app', rights);
  end if;
end $$;

-- What an append-only table answers to whoever tries to change it, its owner included.
create function kernel.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '%.% is append-only', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end $$;

create table kernel.outbox (
  id         bigint generated always as identity primary key,
  topic      text not null,
  owner      text,
  data       jsonb not null,
  at         timestamptz not null,
  relayed_at timestamptz
);
create index outbox_waiting on kernel.outbox (id) where relayed_at is null;
create index outbox_relayed on kernel.outbox (relayed_at) where relayed_at is not null;

-- One row: how far business time is ahead of the machine's. Never moved in production.
create table kernel.clock (
  only_row boolean primary key default true check (only_row),
  shift_ms bigint not null default 0
);
insert into kernel.clock default values;

create table kernel.mailbox (
  id        bigint generated always as identity primary key,
  sent_to   text not null,
  subject   text not null,
  body_text text not null,
  body_html text not null,
  at        timestamptz not null
);
create index mailbox_by_person on kernel.mailbox (sent_to, id);

select kernel.let_app('usage on schema kernel');
select kernel.let_app('select on kernel.migrations');
select kernel.let_app('select, insert, update, delete on kernel.outbox');
select kernel.let_app('select, update on kernel.clock');
select kernel.let_app('select, insert, delete on kernel.mailbox');
