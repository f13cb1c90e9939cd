-- The schema as the migrations leave it. Written by `npm run generate` from the catalogs of a
-- database; change it by a migration. It is for reading and comparing, not for restoring.

-- audit

create schema audit;
create table audit.blocks (
  number integer not null,
  day date not null,
  entry_ids bigint[] not null,
  leaves bytea not null,
  previous bytea not null,
  digest bytea not null,
  signature text not null,
  sealed_at timestamp with time zone not null,
  constraint blocks_pkey PRIMARY KEY (number),
  constraint blocks_check CHECK ((length(leaves) = (32 * cardinality(entry_ids)))),
  constraint blocks_digest_check CHECK ((length(digest) = 32)),
  constraint blocks_entry_ids_check CHECK (((cardinality(entry_ids) >= 1) AND (cardinality(entry_ids) <= 1000))),
  constraint blocks_number_check CHECK ((number > 0)),
  constraint blocks_previous_check CHECK ((length(previous) = 32))
);

create table audit.entries (
  id bigint generated always as identity not null,
  entry_id text not null,
  at timestamp with time zone not null,
  recorded_at timestamp with time zone default clock_timestamp() not null,
  actor_kind text not null,
  actor_id text not null,
  actor_roles text[] not null,
  acting_as text,
  action text not null,
  target_kind text not null,
  target_id text not null,
  before jsonb,
  after jsonb,
  reason text,
  ip text,
  agent text,
  request_id text,
  result text not null,
  constraint entries_pkey PRIMARY KEY (id),
  constraint entries_entry_id_key UNIQUE (entry_id),
  constraint entries_action_check CHECK ((action ~ '^[a-z_]+(\.[a-z_]+)+$'::text)),
  constraint entries_actor_id_check CHECK ((char_length(actor_id) <= 200)),
  constraint entries_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'key'::text, 'system'::text, 'nobody'::text]))),
  constraint entries_agent_check CHECK ((char_length(agent) <= 200)),
  constraint entries_ip_check CHECK (((ip ~~ '%/24'::text) OR (ip ~~ '%/48'::text))),
  constraint entries_reason_check CHECK ((char_length(reason) <= 500)),
  constraint entries_result_check CHECK ((result = ANY (ARRAY['done'::text, 'refused'::text]))),
  constraint entries_target_id_check CHECK (((char_length(target_id) >= 1) AND (char_length(target_id) <= 200))),
  constraint entries_target_kind_check CHECK ((target_kind <> ''::text))
);

create table audit.heads (
  day date not null,
  block integer not null,
  digest bytea not null,
  signature text not null,
  signed_at timestamp with time zone not null,
  constraint heads_pkey PRIMARY KEY (day),
  constraint heads_block_fkey FOREIGN KEY (block) REFERENCES audit.blocks(number),
  constraint heads_digest_check CHECK ((length(digest) = 32))
);

create table audit.unsealed (
  id bigint not null,
  constraint unsealed_pkey PRIMARY KEY (id)
);

CREATE INDEX blocks_by_day ON audit.blocks USING btree (day, number);
CREATE INDEX entries_by_action ON audit.entries USING btree (action, at, id);
CREATE INDEX entries_by_actor ON audit.entries USING btree (actor_id, at, id);
CREATE INDEX entries_by_target ON audit.entries USING btree (target_id, target_kind, at, id);
CREATE INDEX entries_by_time ON audit.entries USING btree (at, id);
CREATE OR REPLACE FUNCTION audit.await_sealing()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
begin
  insert into audit.unsealed (id) values (new.id);
  return null;
end $function$;

CREATE TRIGGER "A2 append only" BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.blocks FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_change();
CREATE TRIGGER "A2 append only" BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.entries FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_change();
CREATE TRIGGER "A4 every entry awaits its seal" AFTER INSERT ON audit.entries FOR EACH ROW EXECUTE FUNCTION audit.await_sealing();
CREATE TRIGGER "A2 append only" BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.heads FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_change();
grant usage on schema audit to tongbao_app;
grant insert, select on table audit.blocks to tongbao_app;
grant insert, select on table audit.entries to tongbao_app;
grant insert, select on table audit.heads to tongbao_app;
grant delete, select on table audit.unsealed to tongbao_app;

-- identity

create schema identity;
create table identity.accounts (
  id text not null,
  person_id text not null,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamp with time zone,
  refresh_token_expires_at timestamp with time zone,
  scope text,
  password text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint accounts_pkey PRIMARY KEY (id),
  constraint accounts_provider_once UNIQUE (provider_id, account_id),
  constraint accounts_person_id_fkey FOREIGN KEY (person_id) REFERENCES identity.people(id) ON DELETE CASCADE
);

create table identity.api_keys (
  id text not null,
  kind text not null,
  name text not null,
  hash bytea not null,
  shown text not null,
  scopes text[] not null,
  spend_cap bigint,
  spend_cap_every text,
  allow_list text[] default '{}'::text[] not null,
  created_by text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_hash_once UNIQUE (hash),
  constraint api_keys_cap_whole CHECK ((num_nonnulls(spend_cap, spend_cap_every) <> 1)),
  constraint api_keys_kind_check CHECK ((kind = ANY (ARRAY['secret'::text, 'publishable'::text]))),
  constraint api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
  constraint api_keys_spend_cap_check CHECK ((spend_cap > 0)),
  constraint api_keys_spend_cap_every_check CHECK ((spend_cap_every = ANY (ARRAY['day'::text, 'month'::text])))
);

create table identity.owners (
  id text not null,
  person_id text,
  external_id text,
  created_at timestamp with time zone not null,
  constraint owners_pkey PRIMARY KEY (id),
  constraint owners_external_once UNIQUE (external_id),
  constraint owners_person_once UNIQUE (person_id),
  constraint owners_person_id_fkey FOREIGN KEY (person_id) REFERENCES identity.people(id),
  constraint owners_are_somebody CHECK ((num_nonnulls(person_id, external_id) = 1)),
  constraint owners_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 128)))
);

create table identity.people (
  id text not null,
  name text not null,
  email text not null,
  email_verified boolean default false not null,
  image text,
  two_factor_enabled boolean default false not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  roles text[] default '{user}'::text[] not null,
  locale text default 'zh-CN'::text not null,
  time_zone text default 'Asia/Shanghai'::text not null,
  theme_mode text default 'system'::text not null,
  theme_palette text,
  banned_at timestamp with time zone,
  ban_reason text,
  constraint people_pkey PRIMARY KEY (id),
  constraint people_email_once UNIQUE (email),
  constraint people_locale_check CHECK ((locale = ANY (ARRAY['zh-CN'::text, 'en'::text]))),
  constraint people_theme_mode_check CHECK ((theme_mode = ANY (ARRAY['light'::text, 'dark'::text, 'system'::text])))
);

create table identity.sessions (
  id text not null,
  person_id text not null,
  token text not null,
  expires_at timestamp with time zone not null,
  ip_address text,
  user_agent text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_token_once UNIQUE (token),
  constraint sessions_person_id_fkey FOREIGN KEY (person_id) REFERENCES identity.people(id) ON DELETE CASCADE
);

create table identity.spent_codes (
  person_id text not null,
  code text not null,
  spent_at timestamp with time zone not null,
  constraint spent_codes_pkey PRIMARY KEY (person_id, code),
  constraint spent_codes_person_id_fkey FOREIGN KEY (person_id) REFERENCES identity.people(id) ON DELETE CASCADE
);

create table identity.two_factors (
  id text not null,
  person_id text not null,
  secret text not null,
  backup_codes text not null,
  verified boolean default true not null,
  failed_verification_count integer default 0 not null,
  locked_until timestamp with time zone,
  constraint two_factors_pkey PRIMARY KEY (id),
  constraint two_factors_person_id_fkey FOREIGN KEY (person_id) REFERENCES identity.people(id) ON DELETE CASCADE
);

create table identity.verifications (
  id text not null,
  identifier text not null,
  value text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint verifications_pkey PRIMARY KEY (id)
);

CREATE INDEX accounts_by_person ON identity.accounts USING btree (person_id);
CREATE INDEX api_keys_by_birth ON identity.api_keys USING btree (created_at DESC, id DESC);
CREATE INDEX people_by_birth ON identity.people USING btree (created_at DESC, id DESC);
CREATE INDEX sessions_by_person ON identity.sessions USING btree (person_id);
CREATE INDEX two_factors_by_person ON identity.two_factors USING btree (person_id);
CREATE INDEX verifications_by_identifier ON identity.verifications USING btree (identifier);
grant usage on schema identity to tongbao_app;
grant delete, insert, select, update on table identity.accounts to tongbao_app;
grant delete, insert, select, update on table identity.api_keys to tongbao_app;
grant delete, insert, select, update on table identity.owners to tongbao_app;
grant delete, insert, select, update on table identity.people to tongbao_app;
grant delete, insert, select, update on table identity.sessions to tongbao_app;
grant delete, insert, select, update on table identity.spent_codes to tongbao_app;
grant delete, insert, select, update on table identity.two_factors to tongbao_app;
grant delete, insert, select, update on table identity.verifications to tongbao_app;

-- kernel

create schema kernel;
create table kernel.clock (
  only_row boolean default true not null,
  shift_ms bigint default 0 not null,
  constraint clock_pkey PRIMARY KEY (only_row),
  constraint clock_only_row_check CHECK (only_row)
);

create table kernel.mailbox (
  id bigint generated always as identity not null,
  sent_to text not null,
  subject text not null,
  body_text text not null,
  body_html text not null,
  at timestamp with time zone not null,
  constraint mailbox_pkey PRIMARY KEY (id)
);

create table kernel.migrations (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default clock_timestamp() not null,
  constraint migrations_pkey PRIMARY KEY (number)
);

create table kernel.outbox (
  id bigint generated always as identity not null,
  topic text not null,
  owner text,
  data jsonb not null,
  at timestamp with time zone not null,
  relayed_at timestamp with time zone,
  constraint outbox_pkey PRIMARY KEY (id)
);

CREATE INDEX mailbox_by_person ON kernel.mailbox USING btree (sent_to, id);
CREATE INDEX outbox_relayed ON kernel.outbox USING btree (relayed_at) WHERE (relayed_at IS NOT NULL);
CREATE INDEX outbox_waiting ON kernel.outbox USING btree (id) WHERE (relayed_at IS NULL);
CREATE OR REPLACE FUNCTION kernel.let_app(rights text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from pg_catalog.pg_roles where rolname = 'tongbao_app') then
    execute format('grant %s to tongbao_app', rights);
  end if;
end $function$;

CREATE OR REPLACE FUNCTION kernel.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '%.% is append-only', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end $function$;

grant usage on schema kernel to tongbao_app;
grant select, update on table kernel.clock to tongbao_app;
grant delete, insert, select on table kernel.mailbox to tongbao_app;
grant select on table kernel.migrations to tongbao_app;
grant delete, insert, select, update on table kernel.outbox to tongbao_app;

-- public

create schema public;
alter schema public owner to pg_database_owner;
grant usage on schema public to public;
