-- Why: whoever watches live has to be told what they missed: what is relayed is numbered, in the one order in which it
--      was relayed, and found again by owner.
-- Safe to run while serving: yes. The column is empty at first and the indexes begin empty, so nothing is long locked.
-- To undo: drop table kernel.relay; alter table kernel.outbox drop column no.
alter table kernel.outbox add column no bigint;
-- squawk-ignore require-concurrent-index-creation
create unique index outbox_by_no on kernel.outbox (no) where no is not null;
-- squawk-ignore require-concurrent-index-creation
create index outbox_by_owner on kernel.outbox (owner, no) where no is not null and owner is not null;

create table kernel.relay (
  only_row boolean primary key default true check (only_row),
  last_no  bigint not null default 0
);
insert into kernel.relay default values;
select kernel.let_app('select, update on kernel.relay');
