-- Why: accounts at the providers, what is asked of them, and what they say: facts are kept whatever becomes of them.
-- Safe to run while serving: yes (new schema). To undo: drop schema payments cascade.
create schema payments;

create table payments.accounts (
  channel    text collate "C" not null,
  name       text collate "C" not null check (name ~ '^[a-z0-9_-]{1,32}$'),
  merchant   text not null check (char_length(merchant) between 1 and 128),
  livemode   boolean not null,
  enabled    boolean not null,
  settings   jsonb not null,
  secrets    text not null,                 -- sealed; the key's id leads it
  minor_min  bigint not null default 1 check (minor_min > 0),
  minor_max  bigint not null check (minor_max <= 9007199254740991),
  changed_at timestamptz not null,
  primary key (channel, name),
  constraint accounts_take_something check (minor_min <= minor_max)
);

-- What a payer agreed to be charged with while they are away: the provider's names of it, never a card's number.
create table payments.instruments (
  id         text collate "C" primary key,
  channel    text collate "C" not null,
  account    text collate "C" not null,
  owner      text collate "C" not null,
  customer   text not null,
  method     text not null,
  currency   text not null,                 -- what it was charged in when it was saved
  livemode   boolean not null,
  created_at timestamptz not null,
  ended_at   timestamptz,                   -- taken back by its owner
  foreign key (channel, account) references payments.accounts (channel, name),
  constraint "PY12 one instrument" unique (channel, account, customer, method)
);
create index instruments_of on payments.instruments (owner, id) where ended_at is null;

-- One try to be paid at one account. Its number is said to the provider and never used for anything else.
create table payments.attempts (
  id         text collate "C" primary key,
  channel    text collate "C" not null,
  account    text collate "C" not null,
  method     text not null,
  trade_no   text collate "C" not null,
  ref        text,                          -- the provider's name of it, where it has one before it is paid
  subject    text collate "C" not null,     -- whoever ordered it knows what this is
  owner      text collate "C" not null,
  amount     bigint not null check (amount > 0),
  currency   text not null,
  livemode   boolean not null,
  title      text not null,
  instrument text collate "C" references payments.instruments, -- that is charged, where the payer is away
  state      text collate "C" not null
             check (state in ('created', 'submitted', 'unknown', 'succeeded', 'failed', 'closed')),
  next       jsonb,                         -- what the payer does next
  why        text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at   timestamptz,
  ask_at     timestamptz,                   -- when the provider is asked next; nobody asks when it is null
  asked      integer not null default 0,
  foreign key (channel, account) references payments.accounts (channel, name),
  constraint "PY4 one number, one attempt" unique (channel, account, trade_no)
);
-- One that can be paid is not made twice, however many ask at once.
create unique index "CK8 one open attempt of a kind" on payments.attempts (subject, channel, account, method, amount)
  where state in ('created', 'submitted', 'unknown');
create index attempts_to_ask on payments.attempts (ask_at) where ask_at is not null;
create index attempts_by_subject on payments.attempts (subject, id);
create index attempts_by_owner on payments.attempts (owner, id);

-- What came to our hooks, as it came, before anything was done with it.
create table payments.events (
  id          text collate "C" primary key,
  channel     text collate "C" not null,
  account     text collate "C" not null,
  received_at timestamptz not null,
  headers     jsonb not null,               -- those on a list; signatures and the like, no cookies
  body        text not null,                -- sealed
  body_sha256 bytea not null,
  message_id  text collate "C" not null,
  type        text not null,
  key_id      text not null,
  facts       jsonb not null,
  state       text collate "C" not null check (state in ('waiting', 'done', 'dead')),
  due_at      timestamptz not null,         -- when it is looked at next
  attempts    integer not null default 0,
  why         text,
  done_at     timestamptz,
  constraint "PY8 one message, one event" unique (channel, account, message_id)
);
create index events_waiting on payments.events (due_at) where state = 'waiting';
create index events_dead on payments.events (id) where state = 'dead';
create index events_by_age on payments.events (received_at);

-- Money that came in. Kept whatever becomes of it; only what is settled with it changes.
create table payments.facts (
  id          text collate "C" primary key,
  channel     text collate "C" not null,
  account     text collate "C" not null,
  txn         text collate "C" not null,
  said        bytea not null,               -- digest of what was said: a repeat has the same
  trade_no    text,
  amount      bigint check (amount > 0),
  currency    text not null,
  merchant    text not null,
  livemode    boolean not null,
  paid_at     timestamptz not null,
  payer       text,                         -- keyed hash
  source      text not null check (source in ('push', 'pull', 'bill', 'hand')),
  event_id    text collate "C" references payments.events on delete set null,
  attempt_id  text collate "C" references payments.attempts,
  disposition text collate "C" not null check (disposition in ('suspense', 'kept', 'sent_back')),
  why         text,
  reserved    bigint not null default 0 check (reserved >= 0),
  refunded    bigint not null default 0 check (refunded >= 0),
  created_at  timestamptz not null,
  constraint "PY1 said once" unique (channel, account, txn, said),
  constraint "PY2 what fits nothing says why" check ((disposition = 'suspense') = (why is not null)),
  constraint "PY5 no more goes back than came in" check (reserved + refunded <= coalesce(amount, 0))
);
create unique index "PY1 one transaction moves value once" on payments.facts (channel, account, txn)
  where disposition <> 'suspense';
create index facts_by_event on payments.facts (event_id) where event_id is not null;
create index facts_by_attempt on payments.facts (attempt_id) where attempt_id is not null;
create index facts_in_suspense on payments.facts (id)
  where disposition = 'suspense' or (disposition = 'sent_back' and reserved + refunded < amount);

create table payments.refunds (
  id          text collate "C" primary key,
  channel     text collate "C" not null,
  account     text collate "C" not null,
  fact_id     text collate "C" not null references payments.facts,
  refund_no   text collate "C",             -- ours; null where it was begun in the provider's console
  ref         text collate "C",             -- the provider's
  amount      bigint not null check (amount > 0),
  currency    text not null,
  cause       text collate "C" not null check (cause in ('asked', 'sent_back', 'provider')),
  reason      text not null,
  state       text collate "C" not null check (state in
              ('requested', 'approved', 'submitted', 'unknown', 'succeeded', 'failed', 'abnormal', 'rejected')),
  why         text,
  asked_by    text not null,
  created_at  timestamptz not null,
  settled_at  timestamptz,
  said_at     timestamptz,                  -- by the provider's clock: an older word undoes no newer one
  ask_at      timestamptz,
  asked       integer not null default 0,
  constraint "PY4 one number, one refund" unique (channel, account, refund_no)
);
create unique index "PY1 one refund of the provider" on payments.refunds (channel, account, ref) where ref is not null;
create index refunds_to_ask on payments.refunds (ask_at) where ask_at is not null;
create index refunds_by_fact on payments.refunds (fact_id, id);

create table payments.disputes (
  id         text collate "C" primary key,
  channel    text collate "C" not null,
  account    text collate "C" not null,
  ref        text collate "C" not null,
  fact_id    text collate "C" not null references payments.facts,
  amount     bigint not null check (amount > 0),
  currency   text not null,
  state      text collate "C" not null check (state in ('opened', 'won', 'lost')),
  opened_at  timestamptz not null,
  settled_at timestamptz,
  said_at    timestamptz not null,          -- by the provider's clock: an older word undoes no newer one
  constraint "PY1 one dispute of the provider" unique (channel, account, ref)
);
create index disputes_by_fact on payments.disputes (fact_id);

create table payments.transfers (
  id          text collate "C" primary key,
  channel     text collate "C" not null,
  account     text collate "C" not null,
  transfer_no text collate "C" not null,
  subject     text collate "C" not null,
  ref         text,
  amount      bigint not null check (amount > 0),
  currency    text not null,
  payee       text not null,                -- sealed
  title       text not null,
  state       text collate "C" not null check (state in
              ('requested', 'submitted', 'wait_user', 'unknown', 'succeeded', 'failed', 'cancelled', 'returned')),
  confirm     text,
  why         text,
  created_at  timestamptz not null,
  settled_at  timestamptz,
  ask_at      timestamptz,
  asked       integer not null default 0,
  foreign key (channel, account) references payments.accounts (channel, name),
  constraint "PY11 one number, one transfer" unique (channel, account, transfer_no),
  constraint "PY11 one subject, one transfer" unique (subject)
);
create index transfers_to_ask on payments.transfers (ask_at) where ask_at is not null;

create trigger "PY1 facts stay" before delete on payments.facts
  for each row execute function kernel.refuse_change();
create trigger "PY1 what was said stays" before update on payments.facts
  for each row when ((old.txn, old.said, old.amount, old.currency, old.trade_no)
                     is distinct from (new.txn, new.said, new.amount, new.currency, new.trade_no))
  execute function kernel.refuse_change();

-- The sandbox's own books: what its provider knows of each trade.
create table payments.sandbox_trades (
  trade_no   text collate "C" primary key,
  account    text collate "C" not null,
  amount     bigint not null,
  currency   text not null,
  title      text not null,
  return_url text not null,
  state      text collate "C" not null check (state in ('open', 'paid', 'failed', 'closed')),
  txns       jsonb not null default '[]',   -- [{txn, amount, at}]
  refunds    jsonb not null default '{}',   -- by our number: {ref, amount, state, at}
  fails_refunds boolean not null default false,
  expires_at timestamptz not null
);

select kernel.let_app('usage on schema payments');
select kernel.let_app('select, insert, update on payments.accounts');
select kernel.let_app('select, insert, update on payments.instruments');
select kernel.let_app('select, insert, update on payments.attempts');
select kernel.let_app('select, insert, update, delete on payments.events');
select kernel.let_app('select, insert, update on payments.facts');
select kernel.let_app('select, insert, update on payments.refunds');
select kernel.let_app('select, insert, update on payments.disputes');
select kernel.let_app('select, insert, update on payments.transfers');
select kernel.let_app('select, insert, update on payments.sandbox_trades');
