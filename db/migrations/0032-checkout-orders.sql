-- Why: what people order: the product as it was, what was promised for it, and how far it has got.
-- Safe to run while serving: yes (new schema). To undo: drop schema checkout cascade.
create schema checkout;

create table checkout.orders (
  id          text collate "C" primary key,
  owner       text collate "C" not null,
  product_id  smallint not null,
  snapshot    jsonb not null,               -- the product as it was, and what it gives
  amount      bigint not null check (amount > 0),
  currency    text not null,
  asset       text collate "C" not null,    -- what is granted: another one where it is only a test
  credits     bigint not null check (credits >= 0),
  bonus       bigint not null check (bonus >= 0),
  livemode    boolean not null,
  state       text collate "C" not null check (state in
              ('created', 'pending', 'closing', 'closed', 'paid', 'paid_late', 'partially_refunded', 'refunded')),
  key         text collate "C" not null,
  asked       text not null,                -- digest of the request, to know a repeat of the key
  by          text collate "C" not null,
  fact_id     text collate "C",
  attempt_id  text collate "C",
  refunded    bigint not null default 0 check (refunded >= 0),   -- settled, lost disputes included: may be more than paid
  underway    bigint not null default 0 check (underway >= 0),  -- asked for, open disputes included
  frozen      text collate "C",             -- the hold of what a refund under way will take
  freezes     integer not null default 0,
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  close_at    timestamptz not null,         -- when somebody tries to close it next
  paid_at     timestamptz,
  constraint "CK8 a key makes one order" unique (owner, key),
  constraint "CK1 paid by one fact" unique (fact_id)
);
create index orders_by_owner on checkout.orders (owner, id);
create index orders_to_close on checkout.orders (close_at) where state in ('created', 'pending', 'closing');
create index orders_of_product on checkout.orders (owner, product_id) where paid_at is not null;

select kernel.let_app('usage on schema checkout');
select kernel.let_app('select, insert, update on checkout.orders');

-- What a refund was asked for as: what of the price is given up for it, of which a fee may be kept.
create table checkout.refunds (
  id         text collate "C" primary key,
  order_id   text collate "C" not null references checkout.orders,
  gross      bigint not null check (gross > 0),
  fee        bigint not null check (fee >= 0 and fee < gross),
  policy     text collate "C" not null check (policy in ('refuse', 'debt')),
  waits      boolean not null,              -- for a second person
  key        text collate "C" not null,
  asked      text not null,
  by         text collate "C" not null,
  created_at timestamptz not null,
  constraint "CK8 a key asks for one refund" unique (order_id, key)
);
create index refunds_undecided on checkout.refunds (created_at) where waits;

select kernel.let_app('select, insert, update (waits) on checkout.refunds');
