-- Why: how much each person has given by hand on a day, so that many small gifts do not evade the limit of a big one.
-- Safe to run while serving: yes (new table). To undo: drop table credits.hand_days.
create table credits.hand_days (
  person text collate "C" not null,
  asset  text collate "C" not null,
  day    date not null,                                   -- UTC, by business time
  amount bigint not null default 0 check (amount >= 0),   -- in either direction
  primary key (person, asset, day)
);

select kernel.let_app('select, insert, update on credits.hand_days');
