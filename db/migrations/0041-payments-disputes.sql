-- Why: the console lists disputes by where they stand, and counts those that wait for somebody.
-- Safe to run while serving: yes, before there is a release; with a million rows writers wait for a minute.
-- To undo: drop index payments.disputes_by_state.

-- No installation is older than this version: its table is empty or small.
-- squawk-ignore require-concurrent-index-creation
create index disputes_by_state on payments.disputes (state, id);
