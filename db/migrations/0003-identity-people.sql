-- Why: who may come in: people with their sessions, services with their keys, and the owners that
--      every later module hangs value on. Columns of the first five tables are better-auth's.
-- Safe to run while serving: yes (new schema). To undo: drop schema identity cascade.
create schema identity;

create table identity.people (
  id                 text primary key,
  name               text not null,
  email              text not null,
  email_verified     boolean not null default false,
  image              text,
  two_factor_enabled boolean not null default false,
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  roles              text[] not null default '{user}',
  locale             text not null default 'zh-CN' check (locale in ('zh-CN', 'en')),
  time_zone          text not null default 'Asia/Shanghai',
  theme_mode         text not null default 'system' check (theme_mode in ('light', 'dark', 'system')),
  theme_palette      text,
  banned_at          timestamptz,
  ban_reason         text,
  constraint people_email_once unique (email)
);
create index people_by_birth on identity.people (created_at desc, id desc);

create table identity.sessions (
  id         text primary key,
  person_id  text not null references identity.people on delete cascade,
  token      text not null,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint sessions_token_once unique (token)
);
create index sessions_by_person on identity.sessions (person_id);

create table identity.accounts (
  id                       text primary key,
  person_id                text not null references identity.people on delete cascade,
  account_id               text not null,
  provider_id              text not null,
  access_token             text,
  refresh_token            text,
  id_token                 text,
  access_token_expires_at  timestamptz,
  refresh_token_expires_at timestamptz,
  scope                    text,
  password                 text,
  created_at               timestamptz not null,
  updated_at               timestamptz not null,
  constraint accounts_provider_once unique (provider_id, account_id)
);
create index accounts_by_person on identity.accounts (person_id);

create table identity.verifications (
  id         text primary key,
  identifier text not null,
  value      text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index verifications_by_identifier on identity.verifications (identifier);

create table identity.two_factors (
  id                        text primary key,
  person_id                 text not null references identity.people on delete cascade,
  secret                    text not null,
  backup_codes              text not null,
  verified                  boolean not null default true,
  failed_verification_count integer not null default 0,
  locked_until              timestamptz
);
create index two_factors_by_person on identity.two_factors (person_id);

-- A code of an authenticator app holds for a minute and a half; this makes each good for one sign-in.
create table identity.spent_codes (
  person_id text not null references identity.people on delete cascade,
  code      text not null,
  spent_at  timestamptz not null,
  primary key (person_id, code)
);

-- Whom value belongs to: a person here, or a user of the app that a service names by its own id.
create table identity.owners (
  id          text primary key,
  person_id   text references identity.people,
  external_id text check (length(external_id) between 1 and 128),
  created_at  timestamptz not null,
  constraint owners_person_once unique (person_id),
  constraint owners_external_once unique (external_id),
  constraint owners_are_somebody check (num_nonnulls(person_id, external_id) = 1)
);

create index owners_by_birth on identity.owners (created_at desc, id desc);

create table identity.api_keys (
  id              text primary key,
  kind            text not null check (kind in ('secret', 'publishable')),
  name            text not null check (length(name) between 1 and 80),
  hash            bytea not null,
  shown           text not null,
  scopes          text[] not null,
  spend_cap       bigint check (spend_cap > 0),
  spend_cap_every text check (spend_cap_every in ('day', 'month')),
  allow_list      text[] not null default '{}',
  created_by      text not null,
  created_at      timestamptz not null,
  expires_at      timestamptz,
  last_used_at    timestamptz,
  revoked_at      timestamptz,
  constraint api_keys_hash_once unique (hash),
  constraint api_keys_cap_whole check (num_nonnulls(spend_cap, spend_cap_every) <> 1)
);
create index api_keys_by_birth on identity.api_keys (created_at desc, id desc);

select kernel.let_app('usage on schema identity');
select kernel.let_app('select, insert, update, delete on all tables in schema identity');
