-- Why: the console lists orders by where they stand, and counts them.
-- Safe to run while serving: yes, before there is a release; with a million rows writers wait for a minute.
-- To undo: drop index checkout.orders_by_state.

-- No installation is older than this version: its table is empty or small.
-- squawk-ignore require-concurrent-index-creation
create index orders_by_state on checkout.orders (state, id);
