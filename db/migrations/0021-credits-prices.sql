-- Why: the price book. What an action costs is a rule, kept as data, in versions with a date from which they hold.
-- Safe to run while serving: yes (new table). To undo: drop table credits.prices.
create schema if not exists credits;

create table credits.prices (
  action       text collate "C" not null,
  version      integer not null check (version > 0),
  rule         json not null check (json_typeof(rule) = 'object'),   -- not jsonb: as it was written, in its order
  effective_at timestamptz not null,   -- business time, as published_at is
  published_at timestamptz not null,
  published_by text not null,
  reason       text not null check (char_length(reason) between 1 and 500),
  primary key (action, version),
  constraint prices_action_is_a_word check (action ~ '^[a-z][a-z0-9_.]{0,63}$'),
  constraint "P3 no price for the past" check (effective_at >= published_at)
);

create trigger "P2 append only" before update or delete or truncate on credits.prices
  for each statement execute function kernel.refuse_change();

-- In force since ever: an installation whose clock was moved back has prices too.
insert into credits.prices (action, version, rule, effective_at, published_at, published_by, reason)
select action, 1,
       json_build_object('base', base, 'terms', '[]'::json, 'multipliers', '[]'::json, 'windows', '[]'::json,
                          'discounts', '[]'::json, 'minimum', 0),
       'epoch', 'epoch', 'migration', 'the prices an installation starts with'
  from (values ('video.generate', 50), ('script.generate', 10), ('character.generate', 5)) as seed (action, base);

select kernel.let_app('usage on schema credits');
select kernel.let_app('select, insert on credits.prices');
