-- Why: a new price is looked at on the traffic of last week before it is published. What was priced is counted here,
--      by action, hour and parameters, out of the sealed blocks of the ledger; charges pay nothing for it.
-- Safe to run while serving: yes (new tables). To undo: drop table credits.traffic, credits.traffic_marks.
create table credits.traffic (
  action  text collate "C" not null,
  hour    timestamptz not null,            -- business time
  digest  bytea not null,                  -- of the parameters; empty for those that were not kept apart
  params  jsonb,
  charges bigint not null,
  credits bigint not null,
  primary key (action, hour, digest),
  check ((params is null) = (digest = ''))
);

-- Up to which block of a cell the ledger was read.
create table credits.traffic_marks (
  cell        smallint primary key,
  gathered_to integer not null default 0
);
insert into credits.traffic_marks (cell) select generate_series(0, 63);

select kernel.let_app('select, insert, update, delete on credits.traffic');
select kernel.let_app('select, update on credits.traffic_marks');
