-- Why: the console lists what one provider told us; of a provider that seldom speaks it must not read all the others said.
-- Safe to run while serving: yes, before there is a release; with a million rows writers wait for a minute.
-- To undo: drop index payments.events_by_channel.

-- No installation is older than this version: its table is empty or small.
-- squawk-ignore require-concurrent-index-creation
create index events_by_channel on payments.events (channel, id);
