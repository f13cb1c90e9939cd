-- Why: owners who let their credits be topped up when they run low, and every attempt at it.
-- Safe to run while serving: yes (new tables). To undo: drop both tables.
create table credits.top_up_rules (
  owner           text collate "C" primary key,
  enabled         boolean not null,
  threshold       bigint not null check (threshold between 1 and 9007199254740991),
  product         text not null check (char_length(product) between 1 and 64),
  month_times_max integer not null check (month_times_max between 1 and 100)
);

create table credits.top_ups (
  id           text collate "C" primary key,
  owner        text collate "C" not null,
  product      text not null,
  state        text collate "C" not null check (state in ('in_flight', 'paid', 'declined', 'lapsed')),
  started_at   timestamptz not null,
  concluded_at timestamptz,
  constraint top_ups_concluded_with_a_moment check ((concluded_at is null) = (state = 'in_flight'))
);
create unique index "C17 never two in flight" on credits.top_ups (owner) where state = 'in_flight';
create index top_ups_by_owner on credits.top_ups (owner, started_at);

select kernel.let_app('select, insert, update, delete on credits.top_up_rules');
select kernel.let_app('select, insert, update on credits.top_ups');
