-- Why: some acts need a second person. What one person wants is kept here until another one decides.
-- Safe to run while serving: yes (new schema). To undo: drop schema proposals cascade.
create schema proposals;

create table proposals.proposals (
  id              text collate "C" primary key,
  kind            text not null check (kind ~ '^[a-z]+\.[a-z_]+$'),
  payload         json not null check (json_typeof(payload) = 'object'),   -- not jsonb: in the order it was written
  reason          text not null check (char_length(reason) between 1 and 500),
  proposed_by     text not null,
  answers_for     text not null,            -- the person behind it: the same, or who made the key that asked
  gains           text,                     -- the person it is for, who cannot decide it either
  key             text not null check (char_length(key) between 1 and 300),
  asked           text not null,            -- digest of the request, to know a repeat of the key
  proposed_at     timestamptz not null,     -- business time, as the other two are
  expires_at      timestamptz not null,
  state           text not null default 'proposed' check (state in ('proposed', 'approved', 'rejected', 'withdrawn')),
  decided_by      text,
  decided_at      timestamptz,
  decision_reason text check (char_length(decision_reason) between 1 and 500),
  result          json,
  constraint proposals_key_once unique (proposed_by, key),
  constraint proposals_end_later check (expires_at > proposed_at),
  constraint proposals_decided_whole check (
    (state = 'proposed') = (decided_by is null) and (state = 'proposed') = (decided_at is null)),
  constraint "PR1 two persons" check (
    state <> 'approved'
    or (decided_by <> proposed_by and decided_by <> answers_for and decided_by is distinct from gains)),
  constraint "PR3 in time" check (state <> 'approved' or decided_at < expires_at)
);
create index proposals_open on proposals.proposals (id) where state = 'proposed';

create trigger "PR2 decided once" before update on proposals.proposals
  for each row when (old.state <> 'proposed') execute function kernel.refuse_change();
create trigger "PR2 kept" before delete on proposals.proposals
  for each row execute function kernel.refuse_change();
create trigger "PR2 all kept" before truncate on proposals.proposals
  for each statement execute function kernel.refuse_change();

select kernel.let_app('usage on schema proposals');
select kernel.let_app('select, insert on proposals.proposals');
select kernel.let_app(
  'update (state, decided_by, decided_at, decision_reason, result) on proposals.proposals');
