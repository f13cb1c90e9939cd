-- Why: what fits nothing and cannot go back (told twice in different words, paid to another merchant, an amount nobody
--      can read) waited for a person for ever, and hid what came after it.
-- Safe to run while serving: yes (a column without a default).
-- To undo: alter table payments.facts drop column set_aside_at. What was set aside waits again.

alter table payments.facts add column set_aside_at timestamptz;
