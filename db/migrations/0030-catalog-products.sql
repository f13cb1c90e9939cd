-- Why: what can be bought. A product is a number and a type; what it costs and gives is kept in versions.
-- Safe to run while serving: yes (new schema). To undo: drop schema catalog cascade.
create schema catalog;

create table catalog.products (
  id         smallint primary key check (id > 0),   -- small on purpose: apps write it into their code
  type       text collate "C" not null
             check (type in ('recharge', 'month_card', 'plan', 'promoter_activation', 'bundle')),
  preset     text collate "C" unique check (preset ~ '^[a-z]+:[1-9][0-9]*$'),   -- where it came from one
  created_at timestamptz not null                   -- business time, as published_at is
);

create table catalog.versions (
  product_id   smallint not null references catalog.products (id),
  version      integer not null check (version > 0),
  terms        jsonb not null check (jsonb_typeof(terms) = 'object'),
  published_at timestamptz not null,
  published_by text not null,
  primary key (product_id, version)
);

create trigger "CT1 append only" before update or delete or truncate on catalog.versions
  for each statement execute function kernel.refuse_change();
create trigger "CT1 kept" before update or delete or truncate on catalog.products
  for each statement execute function kernel.refuse_change();

select kernel.let_app('usage on schema catalog');
select kernel.let_app('select, insert on catalog.products');
select kernel.let_app('select, insert on catalog.versions');
