-- Why: people who come by WeChat have no e-mail; and a sign-in by WeChat that began must be known when it comes
--      back, on whichever node and after a restart. Whose WeChat it is stands in identity.accounts.
-- Safe to run while serving: yes (a column that may be empty, and a new table). To undo: drop table
--      identity.wechat_attempts; alter table identity.people alter column email set not null (while nobody lacks one).

-- Nobody lacks an e-mail before this build makes such people, and an empty one is never invented for them.
-- squawk-ignore ban-drop-not-null
alter table identity.people alter column email drop not null;

-- Both secrets are kept as SHA-256: who reads this table can finish no sign-in.
create table identity.wechat_attempts (
  state_hash   bytea primary key,
  browser_hash bytea not null,
  person_id    text references identity.people on delete cascade,   -- binds WeChat to them; null: signs in
  return_path  text not null check (length(return_path) between 1 and 200),
  locale       text not null check (locale in ('zh-CN', 'en')),
  expires_at   timestamptz not null
);
create index wechat_attempts_by_age on identity.wechat_attempts (expires_at);

select kernel.let_app('select, insert, delete on identity.wechat_attempts');
