-- Why: the console shows what told of an order, what went back by day, and what is stuck; none of it may read it all.
-- Safe to run while serving: yes, before there is a release; with a million rows writers wait for a minute.
-- To undo: drop index payments.events_by_trade, payments.refunds_settled, payments.refunds_stuck.

-- No installation is older than this version: its tables are empty or small.
-- squawk-ignore require-concurrent-index-creation
create index events_by_trade on payments.events ((facts -> 0 ->> 'tradeNo')) where facts -> 0 ->> 'tradeNo' is not null;
-- squawk-ignore require-concurrent-index-creation
create index refunds_settled on payments.refunds (settled_at) where state = 'succeeded';
-- squawk-ignore require-concurrent-index-creation
create index refunds_stuck on payments.refunds (id) where state = 'abnormal';
