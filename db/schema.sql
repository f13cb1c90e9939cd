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

-- catalog

create schema catalog;
create table catalog.products (
  id smallint not null,
  type text collate "C" not null,
  preset text collate "C",
  created_at timestamp with time zone not null,
  constraint products_pkey PRIMARY KEY (id),
  constraint products_preset_key UNIQUE (preset),
  constraint products_id_check CHECK ((id > 0)),
  constraint products_preset_check CHECK ((preset ~ '^[a-z]+:[1-9][0-9]*$'::text)),
  constraint products_type_check CHECK ((type = ANY (ARRAY['recharge'::text, 'month_card'::text, 'plan'::text, 'promoter_activation'::text, 'bundle'::text])))
);

create table catalog.versions (
  product_id smallint not null,
  version integer not null,
  terms jsonb not null,
  published_at timestamp with time zone not null,
  published_by text not null,
  constraint versions_pkey PRIMARY KEY (product_id, version),
  constraint versions_product_id_fkey FOREIGN KEY (product_id) REFERENCES catalog.products(id),
  constraint versions_terms_check CHECK ((jsonb_typeof(terms) = 'object'::text)),
  constraint versions_version_check CHECK ((version > 0))
);

CREATE TRIGGER "CT1 kept" BEFORE DELETE OR UPDATE OR TRUNCATE ON catalog.products FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_change();
CREATE TRIGGER "CT1 append only" BEFORE DELETE OR UPDATE OR TRUNCATE ON catalog.versions FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_change();
grant usage on schema catalog to tongbao_app;
grant insert, select on table catalog.products to tongbao_app;
grant insert, select on table catalog.versions to tongbao_app;

-- checkout

create schema checkout;
create table checkout.orders (
  id text collate "C" not null,
  owner text collate "C" not null,
  product_id smallint not null,
  snapshot jsonb not null,
  amount bigint not null,
  currency text not null,
  asset text collate "C" not null,
  credits bigint not null,
  bonus bigint not null,
  livemode boolean not null,
  state text collate "C" not null,
  key text collate "C" not null,
  asked text not null,
  by text collate "C" not null,
  fact_id text collate "C",
  attempt_id text collate "C",
  refunded bigint default 0 not null,
  underway bigint default 0 not null,
  frozen text collate "C",
  freezes integer default 0 not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  close_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  constraint orders_pkey PRIMARY KEY (id),
  constraint "CK1 paid by one fact" UNIQUE (fact_id),
  constraint "CK8 a key makes one order" UNIQUE (owner, key),
  constraint orders_amount_check CHECK ((amount > 0)),
  constraint orders_bonus_check CHECK ((bonus >= 0)),
  constraint orders_credits_check CHECK ((credits >= 0)),
  constraint orders_refunded_check CHECK ((refunded >= 0)),
  constraint orders_state_check CHECK ((state = ANY (ARRAY['created'::text, 'pending'::text, 'closing'::text, 'closed'::text, 'paid'::text, 'paid_late'::text, 'partially_refunded'::text, 'refunded'::text]))),
  constraint orders_underway_check CHECK ((underway >= 0))
);

create table checkout.refunds (
  id text collate "C" not null,
  order_id text collate "C" not null,
  gross bigint not null,
  fee bigint not null,
  policy text collate "C" not null,
  waits boolean not null,
  key text collate "C" not null,
  asked text not null,
  by text collate "C" not null,
  created_at timestamp with time zone not null,
  constraint refunds_pkey PRIMARY KEY (id),
  constraint "CK8 a key asks for one refund" UNIQUE (order_id, key),
  constraint refunds_order_id_fkey FOREIGN KEY (order_id) REFERENCES checkout.orders(id),
  constraint refunds_check CHECK (((fee >= 0) AND (fee < gross))),
  constraint refunds_gross_check CHECK ((gross > 0)),
  constraint refunds_policy_check CHECK ((policy = ANY (ARRAY['refuse'::text, 'debt'::text])))
);

CREATE INDEX orders_by_owner ON checkout.orders USING btree (owner, id);
CREATE INDEX orders_by_state ON checkout.orders USING btree (state, id);
CREATE INDEX orders_of_product ON checkout.orders USING btree (owner, product_id) WHERE (paid_at IS NOT NULL);
CREATE INDEX orders_to_close ON checkout.orders USING btree (close_at) WHERE (state = ANY (ARRAY['created'::text, 'pending'::text, 'closing'::text]));
CREATE INDEX refunds_undecided ON checkout.refunds USING btree (created_at) WHERE waits;
grant usage on schema checkout to tongbao_app;
grant insert, select, update on table checkout.orders to tongbao_app;
grant insert, select on table checkout.refunds to tongbao_app;
grant update (waits) on table checkout.refunds to tongbao_app;

-- credits

create schema credits;
create table credits.guards (
  owner text collate "C" not null,
  frozen_at timestamp with time zone,
  frozen_reason text,
  day_max bigint,
  month_max bigint,
  capped_since timestamp with time zone,
  set_by_staff boolean default false not null,
  constraint guards_pkey PRIMARY KEY (owner),
  constraint guards_capped_since_a_moment CHECK (((capped_since IS NULL) = ((day_max IS NULL) AND (month_max IS NULL)))),
  constraint guards_day_max_check CHECK (((day_max >= 0) AND (day_max <= '9007199254740991'::bigint))),
  constraint guards_frozen_with_reason CHECK (((frozen_at IS NULL) = (frozen_reason IS NULL))),
  constraint guards_month_max_check CHECK (((month_max >= 0) AND (month_max <= '9007199254740991'::bigint)))
);

create table credits.hand_days (
  person text collate "C" not null,
  asset text collate "C" not null,
  day date not null,
  amount bigint default 0 not null,
  constraint hand_days_pkey PRIMARY KEY (person, asset, day),
  constraint hand_days_amount_check CHECK ((amount >= 0))
);

create table credits.prices (
  action text collate "C" not null,
  version integer not null,
  rule json not null,
  effective_at timestamp with time zone not null,
  published_at timestamp with time zone not null,
  published_by text not null,
  reason text not null,
  constraint prices_pkey PRIMARY KEY (action, version),
  constraint "P3 no price for the past" CHECK ((effective_at >= published_at)),
  constraint prices_action_is_a_word CHECK ((action ~ '^[a-z][a-z0-9_.]{0,63}$'::text)),
  constraint prices_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 500))),
  constraint prices_rule_check CHECK ((json_typeof(rule) = 'object'::text)),
  constraint prices_version_check CHECK ((version > 0))
);

create table credits.spending (
  who text collate "C" not null,
  asset text collate "C" not null,
  every text collate "C" not null,
  starts date not null,
  spent bigint not null,
  constraint spending_pkey PRIMARY KEY (who, asset, every, starts),
  constraint spending_every_check CHECK ((every = ANY (ARRAY['day'::text, 'month'::text]))),
  constraint spending_spent_check CHECK ((spent >= 0))
);

create table credits.top_up_rules (
  owner text collate "C" not null,
  enabled boolean not null,
  threshold bigint not null,
  product text not null,
  month_times_max integer not null,
  constraint top_up_rules_pkey PRIMARY KEY (owner),
  constraint top_up_rules_month_times_max_check CHECK (((month_times_max >= 1) AND (month_times_max <= 100))),
  constraint top_up_rules_product_check CHECK (((char_length(product) >= 1) AND (char_length(product) <= 64))),
  constraint top_up_rules_threshold_check CHECK (((threshold >= 1) AND (threshold <= '9007199254740991'::bigint)))
);

create table credits.top_ups (
  id text collate "C" not null,
  owner text collate "C" not null,
  product text not null,
  state text collate "C" not null,
  started_at timestamp with time zone not null,
  concluded_at timestamp with time zone,
  constraint top_ups_pkey PRIMARY KEY (id),
  constraint top_ups_concluded_with_a_moment CHECK (((concluded_at IS NULL) = (state = 'in_flight'::text))),
  constraint top_ups_state_check CHECK ((state = ANY (ARRAY['in_flight'::text, 'paid'::text, 'declined'::text, 'lapsed'::text])))
);

create table credits.traffic (
  action text collate "C" not null,
  hour timestamp with time zone not null,
  digest bytea not null,
  params jsonb,
  charges bigint not null,
  credits bigint not null,
  constraint traffic_pkey PRIMARY KEY (action, hour, digest),
  constraint traffic_check CHECK (((params IS NULL) = (digest = '\x'::bytea)))
);

create table credits.traffic_marks (
  cell smallint not null,
  gathered_to integer default 0 not null,
  constraint traffic_marks_pkey PRIMARY KEY (cell)
);

CREATE UNIQUE INDEX "C17 never two in flight" ON credits.top_ups USING btree (owner) WHERE (state = 'in_flight'::text);
CREATE INDEX spending_by_age ON credits.spending USING btree (starts);
CREATE INDEX top_ups_by_owner ON credits.top_ups USING btree (owner, started_at);
CREATE OR REPLACE FUNCTION credits.give_back(p_asset text, p_who text[], p_every text[], p_starts date[], p_amount bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  r record;
begin
  for r in select w.* from unnest(p_who, p_every, p_starts) as w (who, every, starts)
            order by w.who collate "C", w.every collate "C" loop
    update credits.spending s set spent = greatest(s.spent - p_amount, 0)
     where s.who = r.who and s.asset = p_asset and s.every = r.every and s.starts = r.starts;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION credits.reserve(p_asset text, p_who text[], p_every text[], p_starts date[], p_max bigint[], p_amount bigint, OUT o_full integer, OUT o_spent bigint)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  r record;
  v_spent bigint;
begin
  insert into credits.spending (who, asset, every, starts, spent)
  select w.who, p_asset, w.every, w.starts, 0
    from unnest(p_who, p_every, p_starts) as w (who, every, starts)
   order by w.who collate "C", w.every collate "C"
  on conflict (who, asset, every, starts) do nothing;
  for r in select w.* from unnest(p_who, p_every, p_starts, p_max) with ordinality as w (who, every, starts, max, nth)
            order by w.who collate "C", w.every collate "C" loop
    select s.spent into strict v_spent from credits.spending s
     where s.who = r.who and s.asset = p_asset and s.every = r.every and s.starts = r.starts for update;
    if v_spent + p_amount > r.max then
      o_full := r.nth;
      o_spent := v_spent;
      return;
    end if;
  end loop;
  update credits.spending s set spent = s.spent + p_amount
    from unnest(p_who, p_every, p_starts) as w (who, every, starts)
   where s.who = w.who and s.asset = p_asset and s.every = w.every and s.starts = w.starts;
end $function$;

CREATE TRIGGER "P2 append only" BEFORE DELETE OR UPDATE OR TRUNCATE ON credits.prices FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_change();
grant usage on schema credits to tongbao_app;
grant insert, select, update on table credits.guards to tongbao_app;
grant insert, select, update on table credits.hand_days to tongbao_app;
grant insert, select on table credits.prices to tongbao_app;
grant delete, insert, select, update on table credits.spending to tongbao_app;
grant delete, insert, select, update on table credits.top_up_rules to tongbao_app;
grant insert, select, update on table credits.top_ups to tongbao_app;
grant delete, insert, select, update on table credits.traffic to tongbao_app;
grant select, update on table credits.traffic_marks to tongbao_app;

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
  email text,
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

create table identity.wechat_attempts (
  state_hash bytea not null,
  browser_hash bytea not null,
  person_id text,
  return_path text not null,
  locale text not null,
  expires_at timestamp with time zone not null,
  constraint wechat_attempts_pkey PRIMARY KEY (state_hash),
  constraint wechat_attempts_person_id_fkey FOREIGN KEY (person_id) REFERENCES identity.people(id) ON DELETE CASCADE,
  constraint wechat_attempts_locale_check CHECK ((locale = ANY (ARRAY['zh-CN'::text, 'en'::text]))),
  constraint wechat_attempts_return_path_check CHECK (((length(return_path) >= 1) AND (length(return_path) <= 200)))
);

CREATE INDEX accounts_by_person ON identity.accounts USING btree (person_id);
CREATE INDEX api_keys_by_birth ON identity.api_keys USING btree (created_at DESC, id DESC);
CREATE INDEX owners_by_birth ON identity.owners USING btree (created_at DESC, id DESC);
CREATE INDEX people_by_birth ON identity.people USING btree (created_at DESC, id DESC);
CREATE INDEX sessions_by_person ON identity.sessions USING btree (person_id);
CREATE INDEX two_factors_by_person ON identity.two_factors USING btree (person_id);
CREATE INDEX verifications_by_identifier ON identity.verifications USING btree (identifier);
CREATE INDEX wechat_attempts_by_age ON identity.wechat_attempts USING btree (expires_at);
CREATE OR REPLACE FUNCTION identity.session_gone()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('tongbao', 'identity.session_gone ' || old.id);
  return null;
end $function$;

CREATE TRIGGER session_gone AFTER DELETE ON identity.sessions FOR EACH ROW EXECUTE FUNCTION identity.session_gone();
grant usage on schema identity to tongbao_app;
grant delete, insert, select, update on table identity.accounts to tongbao_app;
grant delete, insert, select, update on table identity.api_keys to tongbao_app;
grant delete, insert, select, update on table identity.owners to tongbao_app;
grant delete, insert, select, update on table identity.people to tongbao_app;
grant delete, insert, select, update on table identity.sessions to tongbao_app;
grant delete, insert, select, update on table identity.spent_codes to tongbao_app;
grant delete, insert, select, update on table identity.two_factors to tongbao_app;
grant delete, insert, select, update on table identity.verifications to tongbao_app;
grant delete, insert, select on table identity.wechat_attempts to tongbao_app;

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
  no bigint,
  constraint outbox_pkey PRIMARY KEY (id)
);

create table kernel.relay (
  only_row boolean default true not null,
  last_no bigint default 0 not null,
  constraint relay_pkey PRIMARY KEY (only_row),
  constraint relay_only_row_check CHECK (only_row)
);

CREATE INDEX mailbox_by_person ON kernel.mailbox USING btree (sent_to, id);
CREATE UNIQUE INDEX outbox_by_no ON kernel.outbox USING btree (no) WHERE (no IS NOT NULL);
CREATE INDEX outbox_by_owner ON kernel.outbox USING btree (owner, no) WHERE ((no IS NOT NULL) AND (owner IS NOT NULL));
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

CREATE OR REPLACE FUNCTION kernel.tell(p_topic text, p_owner text, p_data jsonb, p_at timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'kernel', 'pg_temp'
AS $function$
  insert into kernel.outbox (topic, owner, data, at) values (p_topic, p_owner, p_data, p_at)
$function$;

grant usage on schema kernel to tongbao_app;
grant usage on schema kernel to tongbao_ledger;
grant select, update on table kernel.clock to tongbao_app;
grant delete, insert, select on table kernel.mailbox to tongbao_app;
grant select on table kernel.migrations to tongbao_app;
grant delete, insert, select, update on table kernel.outbox to tongbao_app;
grant select, update on table kernel.relay to tongbao_app;

-- ledger

create schema ledger;
create type ledger.act as (cell smallint, owner text, asset text, now timestamp with time zone, block integer, key text, cmd jsonb);
create table ledger.accounts (
  cell smallint not null,
  owner text collate "C" not null,
  asset text collate "C" not null,
  available bigint default 0 not null,
  held bigint default 0 not null,
  debt bigint default 0 not null,
  version bigint default 0 not null,
  next_due timestamp with time zone default 'infinity'::timestamp with time zone not null,
  last_at timestamp with time zone default '-infinity'::timestamp with time zone not null,
  tab_lot text collate "C",
  tab_source text collate "C",
  tab_burnt bigint default 0 not null,
  tab_limit bigint default 0 not null,
  constraint accounts_pkey PRIMARY KEY (cell, owner, asset),
  constraint accounts_asset_fkey FOREIGN KEY (asset) REFERENCES ledger.assets(asset),
  constraint "L1 never overdrawn" CHECK ((LEAST(available, held, debt, tab_burnt) >= 0)),
  constraint "L2 exact in JSON" CHECK ((GREATEST((available + held), debt) <= '9007199254740991'::bigint))
) with (fillfactor=50);

create table ledger.assets (
  asset text collate "C" not null,
  digits smallint not null,
  constraint assets_pkey PRIMARY KEY (asset),
  constraint assets_digits_check CHECK (((digits >= 0) AND (digits <= 8)))
);

create table ledger.blocks (
  cell smallint not null,
  no integer not null,
  entries integer not null,
  prev bytea not null,
  digest bytea not null,
  sealed_at timestamp with time zone default clock_timestamp() not null,
  constraint blocks_pkey PRIMARY KEY (cell, no)
);

create table ledger.book_days (
  cell smallint not null,
  asset text collate "C" not null,
  day date not null,
  book text collate "C" not null,
  amount numeric not null,
  entries bigint not null,
  constraint book_days_pkey PRIMARY KEY (cell, asset, day, book)
);

create table ledger.entries (
  cell smallint not null,
  owner text collate "C" not null,
  asset text collate "C" not null,
  seq bigint not null,
  id uuid not null,
  block integer not null,
  kind text collate "C" not null,
  amount bigint not null,
  balance_after bigint not null,
  held_after bigint not null,
  debt_after bigint not null,
  contra text collate "C" not null,
  key text collate "C" not null,
  fingerprint uuid,
  reference_type text collate "C",
  reference_id text collate "C",
  draw_lots text[] collate "C",
  draw_amounts bigint[],
  action text collate "C",
  price_version integer,
  actor text collate "C",
  description text,
  metadata jsonb,
  detail jsonb,
  params jsonb,
  created_at timestamp with time zone not null,
  constraint entries_pkey PRIMARY KEY (cell, owner, asset, seq),
  constraint entries_cell_id_key UNIQUE (cell, id)
) with (autovacuum_vacuum_cost_delay=10);

create table ledger.firsts (
  cell smallint not null,
  owner text collate "C" not null,
  asset text collate "C" not null,
  name text collate "C" not null,
  constraint firsts_pkey PRIMARY KEY (cell, owner, asset, name)
);

create table ledger.heads (
  cell smallint not null,
  open_block integer default 1 not null,
  constraint heads_pkey PRIMARY KEY (cell)
);

create table ledger.holds (
  cell smallint not null,
  id text collate "C" not null,
  owner text collate "C" not null,
  asset text collate "C" not null,
  amount bigint not null,
  captured bigint default 0 not null,
  state text collate "C" default 'open'::text not null,
  lots text[] collate "C" not null,
  reserved bigint[] not null,
  price_version integer,
  action text collate "C",
  actor text collate "C",
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  constraint holds_pkey PRIMARY KEY (cell, id),
  constraint holds_amount_check CHECK ((amount > 0)),
  constraint holds_captured_check CHECK ((captured >= 0)),
  constraint holds_state_check CHECK ((state = ANY (ARRAY['open'::text, 'captured'::text, 'released'::text, 'expired'::text])))
);

create table ledger.identity (
  one boolean default true not null,
  id uuid default gen_random_uuid() not null,
  constraint identity_pkey PRIMARY KEY (one),
  constraint identity_one_check CHECK (one)
);

create table ledger.lots (
  cell smallint not null,
  id text collate "C" not null,
  owner text collate "C" not null,
  asset text collate "C" not null,
  source text collate "C" not null,
  granted bigint not null,
  remaining bigint not null,
  held bigint default 0 not null,
  expired bigint default 0 not null,
  clawed bigint default 0 not null,
  taken bigint default 0 not null,
  owed bigint default 0 not null,
  priority smallint not null,
  effective_at timestamp with time zone not null,
  expires_at timestamp with time zone default 'infinity'::timestamp with time zone not null,
  refundable boolean not null,
  order_id text collate "C",
  grace_of text collate "C",
  waiting boolean default false not null,
  closed boolean default false not null,
  created_at timestamp with time zone not null,
  constraint lots_pkey PRIMARY KEY (cell, id),
  constraint "L3 a lot holds what it was granted at most" CHECK (((remaining >= 0) AND (remaining <= granted))),
  constraint "L4 a lot reserves what it has at most" CHECK (((held >= 0) AND (held <= remaining))),
  constraint "L5 closed means empty" CHECK ((closed = (remaining = 0))),
  constraint lots_check CHECK ((((clawed >= 0) AND (clawed <= granted)) AND ((taken + owed) <= clawed))),
  constraint lots_check1 CHECK ((effective_at < expires_at))
) with (fillfactor=60);

create table ledger.refunded_charges (
  cell smallint not null,
  charge_id uuid not null,
  owner text collate "C" not null,
  charged bigint not null,
  refunded bigint not null,
  constraint refunded_charges_pkey PRIMARY KEY (cell, charge_id),
  constraint "L6 refunds stay within their charge" CHECK (((refunded >= 0) AND (refunded <= charged)))
);

create table ledger.rollups (
  cell smallint not null,
  rolled_to integer default 0 not null,
  constraint rollups_pkey PRIMARY KEY (cell)
);

create table ledger.verdicts (
  at timestamp with time zone default clock_timestamp() not null,
  began_at timestamp with time zone not null,
  by text collate "C" not null,
  cells smallint not null,
  entries bigint not null,
  anchors integer not null,
  faults jsonb not null,
  constraint verdicts_pkey PRIMARY KEY (at),
  constraint verdicts_by_check CHECK ((by = ANY (ARRAY['job'::text, 'command'::text]))),
  constraint verdicts_cells_check CHECK (((cells >= 0) AND (cells <= 64)))
);

CREATE INDEX accounts_due ON ledger.accounts USING btree (cell, next_due) WHERE (next_due < 'infinity'::timestamp with time zone);
CREATE INDEX entries_by_block ON ledger.entries USING btree (cell, block);
CREATE INDEX entries_captures ON ledger.entries USING btree (action, asset, created_at DESC) WHERE (kind = 'capture'::text);
CREATE INDEX entries_in_clearing ON ledger.entries USING btree (cell, contra) WHERE (contra ~~ 'clearing:%'::text);
CREATE INDEX entries_not_plain ON ledger.entries USING btree (cell) WHERE ((detail IS NOT NULL) OR (cardinality(draw_lots) > 1));
CREATE INDEX entries_of_refunds ON ledger.entries USING btree (cell, reference_id) INCLUDE (amount) WHERE (kind = 'refund'::text);
CREATE INDEX holds_open ON ledger.holds USING btree (cell, owner, asset, expires_at, id) WHERE (state = 'open'::text);
CREATE INDEX lots_by_grace ON ledger.lots USING btree (cell, grace_of) WHERE (grace_of IS NOT NULL);
CREATE INDEX lots_by_order ON ledger.lots USING btree (cell, owner, order_id) WHERE (order_id IS NOT NULL);
CREATE INDEX lots_closed ON ledger.lots USING btree (cell, owner, asset, id) WHERE closed;
CREATE INDEX lots_open ON ledger.lots USING btree (cell, owner, asset, priority, expires_at, effective_at, id) WHERE (NOT closed);
create view ledger.lots_now with (security_invoker=true) as
 SELECT l.cell,
    l.id,
    l.owner,
    l.asset,
    l.source,
    l.granted,
    (l.remaining -
        CASE
            WHEN (a.tab_lot = l.id) THEN a.tab_burnt
            ELSE (0)::bigint
        END) AS remaining,
    l.held,
    l.expired,
    l.clawed,
    l.taken,
    l.owed,
    l.priority,
    l.effective_at,
    l.expires_at,
    l.refundable,
    l.order_id,
    l.grace_of,
    l.waiting,
    l.closed,
    l.created_at
   FROM (ledger.lots l
     JOIN ledger.accounts a ON (((a.cell = l.cell) AND (a.owner = l.owner) AND (a.asset = l.asset))));

CREATE OR REPLACE FUNCTION ledger."freeze"(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  l ledger.lots;
  p record;
  v_refunded numeric := (x.cmd ->> 'refunded')::numeric;
  v_paid numeric := (x.cmd ->> 'paid')::numeric;
  v_until timestamptz := (x.cmd ->> 'expires_at')::timestamptz;
  v_ids constant text[] := ledger.claw_lots(x);
  v_parts record;
  v_share bigint := 0; v_taken bigint := 0; v_owed bigint := 0;
begin
  if v_paid <= 0 or v_refunded < 0 or v_refunded > v_paid then return ledger.refuse('amount_invalid'); end if;
  if v_until is null or v_until <= x.now then return ledger.refuse('expiry_invalid'); end if;
  if v_ids is null then return ledger.refuse('lot_unknown'); end if;
  select '{}'::text[] as io_lots, '{}'::bigint[] as io_amounts into v_parts;
  for i in 1 .. cardinality(v_ids) loop
    select * into strict l from ledger.lots where cell = x.cell and id = v_ids[i];
    select * into p from ledger.claw_plan(x, l, v_refunded, v_paid);
    v_share := v_share + p.o_share; v_taken := v_taken + p.o_take; v_owed := v_owed + p.o_owed;
    select * into v_parts from ledger.claw_parts(x, l, p.o_take, v_parts.io_lots, v_parts.io_amounts);
  end loop;
  if coalesce(x.cmd ->> 'policy', 'refuse') <> 'debt' and v_owed > 0 then
    return ledger.refuse('clawback_spent', jsonb_build_object(
      'required', v_share, 'unspent', v_taken, 'spent', v_owed));
  end if;
  if v_taken = 0 then return ledger.short(v_share, 0); end if;
  perform ledger.move_lots(x, v_parts.io_lots, v_parts.io_amounts, 0, 1);
  insert into ledger.holds (cell, id, owner, asset, amount, lots, reserved, actor, expires_at, created_at)
  values (x.cell, x.cmd ->> 'hold_id', x.owner, x.asset, v_taken, v_parts.io_lots, v_parts.io_amounts,
          x.cmd ->> 'actor', v_until, x.now);
  perform ledger.note_due(x, v_until);
  return ledger.answer(ledger.book(
    x, true, 'hold', 0, v_taken, 0, 'hold', 'hold', x.cmd ->> 'hold_id', v_parts.io_lots, v_parts.io_amounts,
    jsonb_build_object('hold_id', x.cmd ->> 'hold_id', 'state', 'open', 'amount', v_taken, 'captured', 0,
                       'expires_at', ledger.ms(v_until), 'share', v_share, 'owed', v_owed)), false);
end $function$;

CREATE OR REPLACE FUNCTION ledger."grant"(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  l ledger.lots;
  v_kind text := x.cmd ->> 'kind';
  v_source text := coalesce(x.cmd ->> 'source', 'admin');
  v_contra text := coalesce(x.cmd ->> 'contra', 'issuance:' || v_source);
begin
  l.granted := ledger.amount_of(x, 1);
  l.effective_at := greatest(coalesce((x.cmd ->> 'effective_at')::timestamptz, x.now), x.now);
  l.expires_at := coalesce((x.cmd ->> 'expires_at')::timestamptz, 'infinity');
  if l.granted is null or l.granted > ledger.room(x) then return ledger.refuse('amount_invalid'); end if;
  if l.expires_at <= l.effective_at then return ledger.refuse('expiry_invalid'); end if;
  insert into ledger.lots (cell, id, owner, asset, source, granted, remaining, priority, effective_at,
                           expires_at, refundable, order_id, waiting, created_at)
  values (x.cell, x.cmd ->> 'lot_id', x.owner, x.asset, v_source, l.granted, l.granted,
          coalesce((x.cmd ->> 'priority')::smallint, 50), l.effective_at, l.expires_at,
          coalesce((x.cmd ->> 'refundable')::boolean, false), x.cmd ->> 'order_id',
          l.effective_at > x.now, x.now)
  returning * into l;
  if not l.waiting then
    return ledger.answer(ledger.issue(x, true, v_kind, l, v_contra, x.cmd ->> 'reference_type',
                                      x.cmd ->> 'reference_id', '{}'), false);
  end if;
  -- Nothing has arrived yet: this line only says that it will.
  perform ledger.note_due(x, l.effective_at);
  return ledger.answer(ledger.book(
    x, true, 'schedule', 0, 0, 0, v_contra, x.cmd ->> 'reference_type', x.cmd ->> 'reference_id', '{}', '{}',
    jsonb_build_object('lot_id', l.id, 'source', l.source, 'priority', l.priority, 'remaining', l.remaining,
      'debt_repaid', 0, 'granted', l.granted,
      'effective_at', ledger.ms(l.effective_at), 'expires_at', ledger.ms(l.expires_at),
      'refundable', l.refundable, 'order_id', l.order_id)), false);
end $function$;

CREATE OR REPLACE FUNCTION ledger.accounts_of(p_commands jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_agg(jsonb_build_array(a.owner, a.asset, a.available, a.held, a.debt, a.version))
    from (select distinct cell, owner, asset
            from jsonb_to_recordset(p_commands) as c (cell smallint, owner text, asset text)) o
    join ledger.accounts a on a.cell = o.cell and a.owner = o.owner and a.asset = o.asset
$function$;

CREATE OR REPLACE FUNCTION ledger.adjust(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  d record;
  v_amount bigint := (x.cmd ->> 'amount')::bigint;
begin
  if v_amount > 0 then return ledger.grant(x); end if;
  if v_amount is null or v_amount = 0 or v_amount < -9007199254740991 then
    return ledger.refuse('amount_invalid');
  end if;
  select * into d from ledger.draw(x, -v_amount);
  if d.o_short > 0 then return ledger.short(-v_amount, -v_amount - d.o_short); end if;
  perform ledger.move_lots(x, d.o_lots, d.o_amounts, -1, 0);
  return ledger.answer(ledger.book(
    x, true, 'adjust', v_amount, 0, 0, coalesce(x.cmd ->> 'contra', 'writeoff'),
    x.cmd ->> 'reference_type', x.cmd ->> 'reference_id', d.o_lots, d.o_amounts, '{}'), false);
end $function$;

CREATE OR REPLACE FUNCTION ledger.amount_of(x ledger.act, p_least bigint)
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$
  select case when (x.cmd ->> 'amount')::numeric between p_least and 9007199254740991
              then (x.cmd ->> 'amount')::bigint end
$function$;

CREATE OR REPLACE FUNCTION ledger.answer(e ledger.entries, p_replayed boolean)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object(
    'ok', true, 'replayed', p_replayed, 'id', e.id, 'kind', e.kind, 'seq', e.seq, 'amount', e.amount,
    'at', ledger.ms(e.created_at),
    'balance', coalesce((
      select jsonb_build_array(r.balance_after - r.held_after + r.debt_after, r.held_after, r.debt_after)
        from ledger.entries r
       where e.debt_after > 0 and r.cell = e.cell and r.owner = e.owner and r.asset = e.asset and r.seq = e.seq + 1
         and r.kind = 'repay'),
      jsonb_build_array(e.balance_after - e.held_after + e.debt_after, e.held_after, e.debt_after)),
    'draws', coalesce((
      select jsonb_agg(jsonb_build_array(d.lot, d.amount, l.source) order by d.nth)
        from unnest(e.draw_lots, e.draw_amounts) with ordinality as d (lot, amount, nth)
        join ledger.lots l on l.cell = e.cell and l.id = d.lot), '[]'),
    'price_version', e.price_version, 'detail', coalesce(e.detail, '{}'))
$function$;

CREATE OR REPLACE FUNCTION ledger.available(x ledger.act)
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce((select available from ledger.accounts
                    where cell = x.cell and owner = x.owner and asset = x.asset), 0)
$function$;

CREATE OR REPLACE FUNCTION ledger.balance_at(p_cell smallint, p_owner text, p_asset text, p_at timestamp with time zone, OUT available bigint, OUT held bigint, OUT debt bigint)
 RETURNS record
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'ledger', 'pg_temp'
AS $function$
declare
  a ledger.accounts;
  v_lo bigint := 0;
  v_hi bigint;
  v_mid bigint;
begin
  available := 0; held := 0; debt := 0;
  select * into a from ledger.accounts x where x.cell = p_cell and x.owner = p_owner and x.asset = p_asset;
  if not found then return; end if;
  if a.last_at > p_at then
    v_hi := a.version; -- created_at never goes back along seq: halve until the last entry at or before p_at
    while v_lo < v_hi - 1 loop
      v_mid := (v_lo + v_hi) / 2;
      if (select e.created_at <= p_at from ledger.entries e
           where e.cell = p_cell and e.owner = p_owner and e.asset = p_asset and e.seq = v_mid) then
        v_lo := v_mid;
      else
        v_hi := v_mid;
      end if;
    end loop;
    select e.balance_after - e.held_after + e.debt_after, e.held_after, e.debt_after
      into available, held, debt from ledger.entries e
     where e.cell = p_cell and e.owner = p_owner and e.asset = p_asset and e.seq = v_lo;
    if not found then available := 0; held := 0; debt := 0; end if;
    return;
  end if;
  available := a.available; held := a.held; debt := a.debt;
  if a.next_due > p_at then return; end if;
  select coalesce(sum(u.amount), 0) into held
    from ledger.holds h cross join lateral unnest(h.reserved) as u (amount)
   where h.cell = p_cell and h.owner = p_owner and h.asset = p_asset and h.state = 'open' and h.expires_at > p_at;
  -- Lots that begin and what holds that run out give back repay debt, as they come; of the rest counts what is alive.
  with own as materialized (
    select l.*, l.remaining - l.held - case when l.id = a.tab_lot then a.tab_burnt else 0 end as free from ledger.lots l
     where l.cell = p_cell and l.owner = p_owner and l.asset = p_asset and not l.closed
       and (not l.waiting or l.effective_at <= p_at)
  ), comes as (
    select l.effective_at as due, 1 as rank, l.id as event, 0 as nth, l.free as amount, l.expires_at
      from own l where l.waiting
    union all
    select h.expires_at, 3, h.id, -u.nth::integer, u.amount, l.expires_at
      from ledger.holds h cross join lateral unnest(h.lots, h.reserved) with ordinality as u (lot, amount, nth)
      join own l on l.id = u.lot
     where h.cell = p_cell and h.owner = p_owner and h.asset = p_asset and h.state = 'open' and h.expires_at <= p_at
       and l.expires_at > h.expires_at
  ), line as (
    select c.*, least(c.amount, greatest(a.debt - coalesce(sum(c.amount) over (
             order by c.due, c.rank, c.event, c.nth rows between unbounded preceding and 1 preceding), 0), 0)) as repaid
      from comes c)
  select coalesce((select sum(l.free) from own l where not l.waiting and l.expires_at > p_at), 0)
           + coalesce(sum(n.amount - n.repaid) filter (where n.expires_at > p_at), 0),
         a.debt - coalesce(sum(n.repaid), 0)
    into available, debt from line n;
end $function$;

CREATE OR REPLACE FUNCTION ledger.begin_lot(x ledger.act, p_lot text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  l ledger.lots;
begin
  select * into strict l from ledger.lots where cell = x.cell and id = p_lot;
  perform ledger.issue(x, false, 'grant', l, 'issuance:' || l.source, 'lot', l.id, '{}');
end $function$;

CREATE OR REPLACE FUNCTION ledger.book(x ledger.act, p_own boolean, p_kind text, p_amount bigint, p_held bigint, p_debt bigint, p_contra text, p_reference_type text, p_reference_id text, p_lots text[], p_amounts bigint[], p_detail jsonb)
 RETURNS ledger.entries
 LANGUAGE plpgsql
AS $function$
declare
  a ledger.accounts;
  e ledger.entries;
  v_key text;
begin
  update ledger.accounts
     set available = available + p_amount - p_held + p_debt, held = held + p_held, debt = debt + p_debt,
         version = version + 1, last_at = greatest(last_at, x.now)
   where cell = x.cell and owner = x.owner and asset = x.asset
  returning * into strict a;
  v_key := case when p_own then x.key else format('#%s/%s', x.asset, a.version) end;
  insert into ledger.entries (
    cell, owner, asset, seq, id, block, kind, amount, balance_after, held_after, debt_after, contra, key,
    fingerprint, reference_type, reference_id, draw_lots, draw_amounts, action, price_version, actor,
    description, metadata, detail, params, created_at)
  values (
    x.cell, x.owner, x.asset, a.version, ledger.entry_id(x.cell, x.owner, v_key), x.block, p_kind, p_amount,
    a.available + a.held - a.debt, a.held, a.debt, p_contra, v_key,
    case when p_own then (x.cmd ->> 'fingerprint')::uuid end, p_reference_type, p_reference_id,
    p_lots, p_amounts,
    case when p_own then x.cmd ->> 'action' end,
    case when p_own then (x.cmd ->> 'price_version')::integer end,
    case when p_own then x.cmd ->> 'actor' else 'ledger' end,
    case when p_own then x.cmd ->> 'description' end,
    case when p_own then x.cmd -> 'metadata' end,
    nullif(p_detail, '{}'),
    case when p_own then x.cmd -> 'params' end, a.last_at)
  returning * into e;
  return e;
end $function$;

CREATE OR REPLACE FUNCTION ledger.capture(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  o record;
  h ledger.holds;
  d record;
  g record;
  e ledger.entries;
  v_final boolean := coalesce((x.cmd ->> 'final')::boolean, true);
  v_amount bigint := ledger.amount_of(x, case when coalesce((x.cmd ->> 'final')::boolean, true) then 0 else 1 end);
  v_rest bigint;
  v_take bigint;
  v_lots text[] := '{}';
  v_amounts bigint[] := '{}';
begin
  select * into o from ledger.open_hold(x);
  if o.o_refusal is not null then return o.o_refusal; end if;
  if v_amount is null then return ledger.refuse('amount_invalid'); end if;
  h := o.h;
  v_rest := v_amount;
  for i in 1 .. cardinality(h.lots) loop
    v_take := least(h.reserved[i], v_rest);
    continue when v_take = 0;
    v_lots := v_lots || h.lots[i];
    v_amounts := v_amounts || v_take;
    h.reserved[i] := h.reserved[i] - v_take;
    v_rest := v_rest - v_take;
  end loop;
  select * into d from ledger.draw(x, v_rest);
  if d.o_short > 0 then return ledger.short(v_amount, v_amount - d.o_short); end if;
  perform ledger.move_lots(x, v_lots, v_amounts, -1, -1);
  perform ledger.move_lots(x, d.o_lots, d.o_amounts, -1, 0);
  h.captured := h.captured + v_amount;
  if v_final then
    select * into g from ledger.give_back(x, h.lots, h.reserved);
    h.state := 'captured';
    h.reserved := array_fill(0::bigint, array[cardinality(h.lots)]);
  else
    select 0::bigint as o_returned, 0::bigint as o_expired, '{}'::text[] as o_lots, '{}'::bigint[] as o_amounts into g;
  end if;
  update ledger.holds set state = h.state, reserved = h.reserved, captured = h.captured
   where cell = x.cell and id = h.id;
  e := ledger.book(
    x, true, 'capture', -v_amount, -(v_amount - v_rest) - g.o_returned, 0,
    coalesce(x.cmd ->> 'contra', 'revenue:' || coalesce(h.action, x.cmd ->> 'action', 'other')),
    'hold', h.id, v_lots || d.o_lots, v_amounts || d.o_amounts,
    jsonb_build_object('hold_id', h.id, 'state', h.state, 'captured', h.captured, 'amount', h.amount,
                       'returned', g.o_returned, 'expired', g.o_expired));
  perform ledger.repay(x, e, g.o_lots, g.o_amounts);
  return ledger.answer(e, false);
end $function$;

CREATE OR REPLACE FUNCTION ledger.cell_of(p_owner text)
 RETURNS smallint
 LANGUAGE sql
 STABLE
AS $function$
  select (get_byte(sha256(convert_to(p_owner, 'UTF8')), 0) % 64)::smallint
$function$;

CREATE OR REPLACE FUNCTION ledger.charge(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  d record;
  v_amount bigint := ledger.amount_of(x, 0);
  v_detail jsonb := '{}';
begin
  if v_amount is null then return ledger.refuse('amount_invalid'); end if;
  if x.cmd ? 'first_free' then
    insert into ledger.firsts (cell, owner, asset, name)
    values (x.cell, x.owner, x.asset, x.cmd ->> 'first_free') on conflict do nothing;
    if found then
      v_detail := jsonb_build_object('free', true, 'full_price', v_amount, 'first', x.cmd ->> 'first_free');
      v_amount := 0;
    end if;
  end if;
  select * into d from ledger.draw(x, v_amount);
  if d.o_short > 0 then return ledger.short(v_amount, v_amount - d.o_short); end if;
  perform ledger.move_lots(x, d.o_lots, d.o_amounts, -1, 0);
  return ledger.answer(ledger.book(
    x, true, 'charge', -v_amount, 0, 0,
    coalesce(x.cmd ->> 'contra', 'revenue:' || coalesce(x.cmd ->> 'action', 'other')),
    x.cmd ->> 'reference_type', x.cmd ->> 'reference_id', d.o_lots, d.o_amounts, v_detail), false);
end $function$;

CREATE OR REPLACE FUNCTION ledger.charge_set(p_cells smallint[], p_owners text[], p_assets text[], p_accounts integer[], p_amounts bigint[], p_keys text[], p_fingerprints uuid[], p_contras text[], p_actions text[], p_actors text[], p_notes jsonb[], p_look boolean, p_now timestamp with time zone, p_blocks integer[], OUT o_done integer[], OUT o_taken json, OUT o_draws json, OUT o_changes jsonb)
 RETURNS record
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
 SET jit TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
  r record;
  v_fit constant boolean := array_to_string(p_keys, '.') ~ '^[A-Za-z0-9_.:-]+$';
  v_nothing constant bigint[] := array_fill(0::bigint, array[cardinality(p_cells)]);
  v_total bigint[];
  v_count bigint[];
  v_taken bigint[] := v_nothing;
  v_available bigint[] := v_nothing;
  v_held bigint[] := v_nothing;
  v_debt bigint[] := v_nothing;
  v_version bigint[] := v_nothing;
  v_last bigint[] := v_nothing;
  v_at timestamptz[] := array_fill(p_now, array[cardinality(p_cells)]);
  v_late bigint[] := v_nothing;                                         -- the moment, where it is not now
  v_lot text[] := array_fill(null::text, array[cardinality(p_cells)]);  -- the lot that alone suffices: the tab's
  v_source text[] := v_lot;
  v_off integer[] := '{}';                                              -- accounts whose tab does not suffice
  v_shared bigint := 0;                                                 -- how much several lots have to share
  v_charged numeric;
  v_drawn numeric;
begin
  -- Not in the loop below: what a loop is given it copies flat, and then a text in an array is found by counting.
  select array_agg(case when s.plain then s.total else 0 end order by s.account), array_agg(s.count order by s.account)
    into v_total, v_count
    from (select c.account, sum(c.amount)::bigint as total, count(*) as count, coalesce(bool_and(
                   c.amount between 1 and 9007199254740991 and length(c.key) between 8 and 128 and v_fit
                   and not (p_look and exists (
                     select from ledger.entries e
                      where e.cell = p_cells[c.account]
                        and e.id = ledger.entry_id(p_cells[c.account], p_owners[c.account], c.key)))), false) as plain
            from unnest(p_accounts, p_amounts, p_keys) as c (account, amount, key)
           group by c.account) s;
  for r in
    update ledger.accounts a
       set available = a.available - s.total, version = a.version + s.count, last_at = greatest(a.last_at, p_now),
           tab_burnt = a.tab_burnt + case when a.tab_burnt + s.total <= a.tab_limit then s.total else 0 end,
           tab_limit = case when a.tab_burnt + s.total <= a.tab_limit then a.tab_limit else 0 end
      from (select u.* from unnest(p_cells, p_owners, p_assets, v_total, v_count) with ordinality
                         as u (cell, owner, asset, total, count, account)
             where u.total > 0 order by u.cell, u.owner collate "C", u.asset collate "C") s
     where a.cell = s.cell and a.owner = s.owner and a.asset = s.asset
       and a.available >= s.total and a.next_due > p_now
    returning s.account, s.total, s.count, a.available, a.held, a.debt, a.version, a.last_at as at,
              case when a.tab_limit > 0 then a.tab_lot end as lot, a.tab_source as source
  loop
    v_taken[r.account] := r.total;
    v_available[r.account] := r.available + r.total;
    v_held[r.account] := r.held;
    v_debt[r.account] := r.debt;
    v_version[r.account] := r.version - r.count;
    v_last[r.account] := r.version;
    if r.at <> p_now then
      v_at[r.account] := r.at;
      v_late[r.account] := ledger.ms(r.at);
    end if;
    if r.lot is null then
      v_off := v_off || r.account;
      v_shared := v_shared + r.total;
    else
      v_lot[r.account] := r.lot;
      v_source[r.account] := r.source;
    end if;
  end loop;

  if v_shared > 0 then
    perform ledger.write_tabs(array_agg(p_cells[n]), array_agg(p_owners[n]), array_agg(p_assets[n])) from unnest(v_off) as n;
    for r in
      update ledger.accounts a set tab_lot = t.lot, tab_source = t.source, tab_burnt = t.total, tab_limit = t.free
        from (select n as account, v_taken[n] as total, o.*
                from unnest(v_off) as n cross join lateral (
                  select l.cell, l.owner, l.asset, l.id as lot, l.source, l.remaining - l.held as free from ledger.lots l
                   where l.cell = p_cells[n] and l.owner = p_owners[n] and l.asset = p_assets[n] and not l.closed
                     and not l.waiting and l.expires_at > p_now and l.remaining > l.held
                   order by l.priority, l.expires_at, l.effective_at, l.id limit 1) o) t
       where a.cell = t.cell and a.owner = t.owner and a.asset = t.asset and t.free >= t.total
      returning t.account, t.total, t.lot, t.source
    loop
      v_lot[r.account] := r.lot;
      v_source[r.account] := r.source;
      v_shared := v_shared - r.total;
    end loop;
  end if;

  with written as (
    insert into ledger.entries (
      cell, owner, asset, seq, id, block, kind, amount, balance_after, held_after, debt_after, contra, key,
      fingerprint, reference_type, reference_id, draw_lots, draw_amounts, action, price_version, actor,
      description, metadata, params, created_at)
    select q.cell, q.owner, q.asset, v_version[q.account] + q.place, ledger.entry_id(q.cell, q.owner, q.key),
           p_blocks[q.cell + 1], 'charge', -q.amount,
           v_available[q.account] - q.upto + v_held[q.account] - v_debt[q.account], v_held[q.account],
           v_debt[q.account], q.contra, q.key, q.fingerprint, q.note ->> 'reference_type', q.note ->> 'reference_id',
           coalesce(d.lots, array[v_lot[q.account]]), coalesce(d.amounts, array[q.amount]), q.action,
           (q.note ->> 'price_version')::integer, q.actor, q.note ->> 'description', q.note -> 'metadata',
           q.note -> 'params', v_at[q.account]
      from (select c.*, p_cells[c.account] as cell, p_owners[c.account] as owner, p_assets[c.account] as asset,
                   (sum(c.amount) over line)::bigint as upto, row_number() over line as place
              from unnest(p_accounts, p_amounts, p_keys, p_fingerprints, p_contras, p_actions, p_actors, p_notes)
                     with ordinality as c (account, amount, key, fingerprint, contra, action, actor, note, nth)
             where v_taken[c.account] > 0
            window line as (partition by c.account order by c.nth)) q
      left join lateral (
        select * from (
          select array_agg(y.id order by y.upto) as lots,
                 array_agg(least(q.upto, y.upto) - greatest(q.upto - q.amount, y.upto - y.free) order by y.upto) as amounts
            from ledger.line_of_lots(q.cell, q.owner, q.asset, p_now) y
           where y.upto - y.free < q.upto and y.upto > q.upto - q.amount) s
         where v_lot[q.account] is null offset 0) d on true -- a fence: where one lot suffices nobody looks further
    returning amount, draw_amounts)
  select -sum(amount), sum(case when cardinality(draw_amounts) = 1 then draw_amounts[1]
                                else (select sum(n) from unnest(draw_amounts) as n) end)
    into v_charged, v_drawn from written;
  if v_charged is distinct from v_drawn then
    raise exception 'L9: charges of % drew % from lots', v_charged, v_drawn;
  end if;

  if v_shared > 0 then
    with several as materialized (
      select u.* from unnest(p_cells, p_owners, p_assets, v_taken, v_lot, v_version, v_last)
                        as u (cell, owner, asset, total, lot, version, last)
       where u.total > 0 and u.lot is null),
    burnt as (
      update ledger.lots l set remaining = l.remaining - t.amount, closed = l.remaining = t.amount
        from (select s.cell, y.id, least(y.free, s.total - (y.upto - y.free)) as amount
                from several s cross join lateral ledger.line_of_lots(s.cell, s.owner, s.asset, p_now) y
               where y.upto - y.free < s.total) t
       where l.cell = t.cell and l.id = t.id
      returning t.amount)
    select (select sum(amount) from burnt), json_agg(json_build_array(e.id, e.draw_lots, e.draw_amounts, (
             select array_agg(l.source order by d.nth) from unnest(e.draw_lots) with ordinality as d (lot, nth)
               join ledger.lots l on l.cell = e.cell and l.id = d.lot)))
      into v_drawn, o_draws
      from several s join ledger.entries e
        on e.cell = s.cell and e.owner = s.owner and e.asset = s.asset and e.seq > s.version and e.seq <= s.last;
    -- The sum above cannot see a charge that found no lot at all; this one can.
    if v_drawn is distinct from v_shared then
      raise exception 'L9: % of charges burnt % of several lots', v_shared, v_drawn;
    end if;
  end if;

  o_taken := json_build_object(
    'totals', v_taken, 'seqs', v_version, 'available', v_available, 'held', v_held, 'debts', v_debt, 'late', v_late,
    'lots', v_lot, 'sources', v_source);
  select array_agg(account), jsonb_agg(jsonb_build_array(owner, asset, available - total, held, debt, last))
    into o_done, o_changes
    from unnest(p_owners, p_assets, v_taken, v_last, v_available, v_held, v_debt)
           with ordinality as u (owner, asset, total, last, available, held, debt, account)
   where total > 0;
end $function$;

CREATE OR REPLACE FUNCTION ledger.claw_lots(x ledger.act)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
  select array_agg(id order by id) from ledger.lots
   where cell = x.cell and owner = x.owner and asset = x.asset and grace_of is null
     and (case when x.cmd ? 'lot_id' then id = x.cmd ->> 'lot_id' else order_id = x.cmd ->> 'order_id' end)
$function$;

CREATE OR REPLACE FUNCTION ledger.claw_parts(x ledger.act, l ledger.lots, p_take bigint, INOUT io_lots text[], INOUT io_amounts bigint[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  g record;
  v_left bigint := p_take;
  v_part bigint;
begin
  for g in select id, remaining - held as free from ledger.lots
            where cell = x.cell and owner = x.owner and asset = x.asset and (id = l.id or grace_of = l.id)
              and not waiting and expires_at > x.now and remaining > held
            order by grace_of nulls first, id loop
    exit when v_left = 0;
    v_part := least(v_left, g.free);
    io_lots := io_lots || g.id; io_amounts := io_amounts || v_part; v_left := v_left - v_part;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION ledger.claw_plan(x ledger.act, l ledger.lots, p_refunded numeric, p_paid numeric, OUT o_share bigint, OUT o_cancel bigint, OUT o_take bigint, OUT o_owed bigint)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_free bigint;
  v_used bigint;
begin
  -- Cumulative and rounded up: 30 % then 70 % sum to the whole, and rounding never leaves credits unpaid for.
  o_share := greatest(ceil(l.granted * p_refunded / p_paid) - l.clawed, 0);
  o_cancel := case when l.waiting then least(o_share, l.remaining) else 0 end;
  select coalesce(sum(g.remaining - g.held) filter (where not g.waiting and g.expires_at > x.now), 0),
         -- Spent, by this lot and its grace lots: what was granted and is neither here, nor expired, nor taken.
         -- A grace lot's grant was once spent from this one, so it is counted once.
         l.granted - sum(g.remaining - g.held + g.expired + g.taken) - sum(g.owed)
    into v_free, v_used
    from ledger.lots g
   where g.cell = x.cell and g.owner = x.owner and g.asset = x.asset and (g.id = l.id or g.grace_of = l.id);
  o_take := least(o_share - o_cancel, v_free);
  o_owed := least(o_share - o_cancel - o_take, greatest(v_used, 0));
end $function$;

CREATE OR REPLACE FUNCTION ledger.clawback(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  l ledger.lots;
  p record;
  e ledger.entries;
  v_refunded numeric := coalesce((x.cmd ->> 'refunded')::numeric, 1);
  v_paid numeric := coalesce((x.cmd ->> 'paid')::numeric, 1);
  v_ids constant text[] := ledger.claw_lots(x);
  v_parts record;
  v_total jsonb;
  v_share bigint := 0; v_taken bigint := 0; v_owed bigint := 0; v_cancelled bigint := 0;
begin
  if v_paid <= 0 or v_refunded < 0 or v_refunded > v_paid then return ledger.refuse('amount_invalid'); end if;
  if v_ids is null then return ledger.refuse('lot_unknown'); end if;
  if coalesce(x.cmd ->> 'policy', 'refuse') <> 'debt' then
    select coalesce(sum(c.o_owed), 0), coalesce(sum(c.o_take + c.o_cancel), 0), coalesce(sum(c.o_share), 0)
      into v_owed, v_taken, v_share
      from ledger.lots o cross join lateral ledger.claw_plan(x, o, v_refunded, v_paid) c
     where o.cell = x.cell and o.id = any (v_ids);
    if v_owed > 0 then
      return ledger.refuse('clawback_spent', jsonb_build_object(
        'required', v_share, 'unspent', v_taken, 'spent', v_owed));
    end if;
    v_taken := 0; v_share := 0;
  end if;
  for i in 1 .. cardinality(v_ids) loop
    select * into strict l from ledger.lots where cell = x.cell and id = v_ids[i];
    select * into p from ledger.claw_plan(x, l, v_refunded, v_paid);
    update ledger.lots
       set clawed = clawed + p.o_share, owed = owed + p.o_owed, taken = taken + p.o_cancel,
           remaining = remaining - p.o_cancel, closed = remaining = p.o_cancel,
           waiting = waiting and remaining > p.o_cancel
     where cell = x.cell and id = l.id;
    select * into v_parts from ledger.claw_parts(x, l, p.o_take, '{}', '{}');
    update ledger.lots o
       set remaining = o.remaining - u.amount, taken = o.taken + u.amount,
           clawed = o.clawed + case when o.id = l.id then 0 else u.amount end, closed = o.remaining = u.amount
      from unnest(v_parts.io_lots, v_parts.io_amounts) as u (lot, amount)
     where o.cell = x.cell and o.id = u.lot;
    v_share := v_share + p.o_share; v_taken := v_taken + p.o_take;
    v_owed := v_owed + p.o_owed; v_cancelled := v_cancelled + p.o_cancel;
    v_total := jsonb_build_object('share', v_share, 'taken', v_taken, 'owed', v_owed,
      'cancelled', v_cancelled, 'waived', v_share - v_taken - v_owed - v_cancelled);
    -- One line a lot, because each lot was issued from its own book; the last bears the caller's key.
    e := ledger.book(x, i = cardinality(v_ids), 'clawback', -(p.o_take + p.o_owed), 0, p.o_owed,
                     'issuance:' || l.source, 'lot', l.id, v_parts.io_lots, v_parts.io_amounts, v_total);
  end loop;
  return ledger.answer(e, false);
end $function$;

CREATE OR REPLACE FUNCTION ledger.close_block(p_cell smallint)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'ledger', 'pg_temp'
AS $function$
declare
  v_open integer;
  v_first integer;
begin
  select open_block into strict v_open from ledger.heads where cell = p_cell;
  select block into v_first from ledger.entries where cell = p_cell and block >= v_open order by block limit 1;
  if v_first is distinct from v_open then return null; end if;
  update ledger.heads set open_block = v_open + 1 where cell = p_cell and open_block = v_open;
  return case when found then v_open end;
end $function$;

CREATE OR REPLACE FUNCTION ledger.digest(p_cell smallint, p_no integer, p_prev bytea, OUT o_digest bytea, OUT o_entries integer)
 RETURNS record
 LANGUAGE sql
 STABLE
 SET work_mem TO '64MB'
AS $function$
  select sha256(p_prev || coalesce(string_agg(h.hash, ''::bytea order by h.id), '\x')), count(*)
    from (select e.id, sha256(ledger.entry_bytes(e)) as hash from ledger.entries e
           where e.cell = p_cell and e.block = p_no offset 0) h
$function$;

CREATE OR REPLACE FUNCTION ledger.draw(x ledger.act, p_amount bigint, OUT o_lots text[], OUT o_amounts bigint[], OUT o_short bigint)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  r record;
  v_take bigint;
begin
  o_lots := '{}';
  o_amounts := '{}';
  o_short := p_amount;
  for r in select id, remaining - held as free from ledger.lots
            where cell = x.cell and owner = x.owner and asset = x.asset and not closed and not waiting
              and expires_at > x.now and remaining > held
            order by priority, expires_at, effective_at, id loop
    exit when o_short = 0;
    v_take := least(r.free, o_short);
    o_lots := o_lots || r.id;
    o_amounts := o_amounts || v_take;
    o_short := o_short - v_take;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION ledger.each(p_commands jsonb, p_now timestamp with time zone, p_blocks integer[])
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  r record;
  v_answers jsonb := '[]';
begin
  perform ledger.write_tabs(array_agg(c.cell), array_agg(c.owner), array_agg(c.asset))
     from jsonb_to_recordset(p_commands) as c (cell smallint, owner text, asset text);
  for r in select c.cmd, c.nth, (c.cmd ->> 'cell')::smallint as cell
             from jsonb_array_elements(p_commands) with ordinality as c (cmd, nth) order by c.nth loop
    v_answers := v_answers || jsonb_build_array(jsonb_build_array(
      r.nth, ledger.exact(r.cell, r.cmd, p_now, p_blocks[r.cell + 1])));
  end loop;
  return v_answers;
end $function$;

CREATE OR REPLACE FUNCTION ledger.enter_blocks(p_cells smallint[])
 RETURNS integer[]
 LANGUAGE plpgsql
AS $function$
declare
  v_blocks integer[];
  v_again integer[];
  v_cell constant integer := p_cells[1];
  v_block integer;
begin
  if cardinality(p_cells) = 1 then -- the same, without a look at the others
    loop
      select open_block into strict v_block from ledger.heads where cell = p_cells[1];
      exit when v_block = v_blocks[v_cell + 1];
      v_blocks[v_cell + 1] := v_block;
      perform pg_advisory_xact_lock_shared(7468100 + v_cell, v_block);
    end loop;
    return v_blocks;
  end if;
  loop
    select array_agg(case when cell = any (p_cells) then open_block end order by cell) into v_blocks
      from ledger.heads;
    exit when v_blocks = v_again;
    v_again := v_blocks;
    perform pg_advisory_xact_lock_shared(7468100 + c, v_blocks[c + 1]) from unnest(p_cells) as c;
  end loop;
  return v_blocks;
end $function$;

CREATE OR REPLACE FUNCTION ledger.entry_bytes(e ledger.entries)
 RETURNS bytea
 LANGUAGE sql
 STABLE
AS $function$
  select record_send(row(
    e.owner, e.asset, e.seq, e.id, e.block, e.kind, e.amount, e.balance_after, e.held_after, e.debt_after,
    e.contra, e.key, e.fingerprint, e.reference_type, e.reference_id, e.draw_lots, e.draw_amounts, e.action,
    e.price_version, e.actor, e.description, e.metadata, e.detail, e.params, e.created_at))
$function$;

CREATE OR REPLACE FUNCTION ledger.entry_id(p_cell smallint, p_owner text, p_key text)
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$
  select encode(substr(set_byte(sha256(convert_to(p_owner || chr(10) || p_key, 'UTF8')), 0, p_cell), 1, 16), 'hex')::uuid
$function$;

CREATE OR REPLACE FUNCTION ledger.exact(p_cell smallint, p_cmd jsonb, p_now timestamp with time zone, p_block integer)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  x ledger.act;
  e ledger.entries;
  v_due timestamptz;
  v_kind text := p_cmd ->> 'kind';
begin
  x := row(p_cell, p_cmd ->> 'owner', p_cmd ->> 'asset', p_now, p_block, p_cmd ->> 'key', p_cmd);
  if v_kind <> 'expire' then
    if x.key is null or not ledger.key_fits(x.key) then
      return ledger.refuse('idempotency_key_invalid');
    end if;
    select * into e from ledger.entries
     where cell = p_cell and id = ledger.entry_id(p_cell, x.owner, x.key);
    if found then
      return case when e.fingerprint = (p_cmd ->> 'fingerprint')::uuid
        then ledger.answer(e, true) else ledger.refuse('idempotency_key_reused') end;
    end if;
  end if;
  select next_due into v_due from ledger.accounts
   where cell = p_cell and owner = x.owner and asset = x.asset;
  if not found and not exists (select from ledger.assets where asset = x.asset) then
    return ledger.refuse('asset_unknown');
  end if;
  if v_kind = 'expire' then
    return jsonb_build_object('ok', true, 'settled', case when v_due <= p_now then ledger.settle(x) else 0 end);
  end if;
  if v_due <= p_now then
    perform ledger.settle(x);
    -- What has been written down stays written; whoever asks again finds less of it.
    if ledger.is_due(x) then return ledger.refuse('ledger_busy', '{"retry_after": 1}'); end if;
  end if;
  return case v_kind
    when 'charge' then ledger.charge(x)
    when 'grant' then ledger.grant(x)
    when 'hold' then ledger.hold(x)
    when 'capture' then ledger.capture(x)
    when 'release' then ledger.release(x)
    when 'extend' then ledger.extend(x)
    when 'refund' then ledger.refund(x)
    when 'clawback' then ledger.clawback(x)
    when 'unclaw' then ledger.unclaw(x)
    when 'freeze' then ledger.freeze(x)
    when 'adjust' then ledger.adjust(x)
    when 'transfer' then ledger.transfer_out(x)
    else ledger.refuse('command_unknown') end;
end $function$;

CREATE OR REPLACE FUNCTION ledger.expire_hold(x ledger.act, p_hold text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  h ledger.holds;
  g record;
  e ledger.entries;
begin
  select * into strict h from ledger.holds where cell = x.cell and id = p_hold;
  select * into g from ledger.give_back(x, h.lots, h.reserved);
  update ledger.holds set state = 'expired', reserved = array_fill(0::bigint, array[cardinality(lots)])
   where cell = x.cell and id = p_hold;
  e := ledger.book(x, false, 'release', 0, -g.o_returned, 0, 'hold', 'hold', h.id, g.o_lots, g.o_amounts,
    jsonb_build_object('hold_id', h.id, 'state', 'expired', 'returned', g.o_returned,
                       'expired', g.o_expired, 'captured', h.captured));
  perform ledger.repay(x, e, g.o_lots, g.o_amounts);
end $function$;

CREATE OR REPLACE FUNCTION ledger.expire_lot(x ledger.act, p_lot text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_free bigint;
begin
  select remaining - held into strict v_free from ledger.lots where cell = x.cell and id = p_lot;
  update ledger.lots set remaining = held, expired = expired + v_free, closed = held = 0
   where cell = x.cell and id = p_lot;
  perform ledger.book(x, false, 'expire', -v_free, 0, 0, 'breakage', 'lot', p_lot,
                      array[p_lot], array[v_free], '{}');
end $function$;

CREATE OR REPLACE FUNCTION ledger.extend(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  o record;
  v_until timestamptz := (x.cmd ->> 'expires_at')::timestamptz;
begin
  select * into o from ledger.open_hold(x);
  if o.o_refusal is not null then return o.o_refusal; end if;
  if v_until is null or v_until <= (o.h).expires_at then return ledger.refuse('expiry_invalid'); end if;
  update ledger.holds set expires_at = v_until where cell = x.cell and id = (o.h).id;
  return ledger.answer(ledger.book(
    x, true, 'extend', 0, 0, 0, 'hold', 'hold', (o.h).id, '{}', '{}',
    jsonb_build_object('hold_id', (o.h).id, 'state', 'open', 'amount', (o.h).amount,
                       'captured', (o.h).captured, 'expires_at', ledger.ms(v_until))), false);
end $function$;

CREATE OR REPLACE FUNCTION ledger.give_back(x ledger.act, p_lots text[], p_reserved bigint[], OUT o_returned bigint, OUT o_expired bigint, OUT o_lots text[], OUT o_amounts bigint[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
declare
  v_expires_at timestamptz;
begin
  o_returned := 0;
  o_expired := 0;
  o_lots := '{}';
  o_amounts := '{}';
  for i in reverse cardinality(p_lots) .. 1 loop
    continue when p_reserved[i] = 0;
    select expires_at into strict v_expires_at from ledger.lots where cell = x.cell and id = p_lots[i];
    if v_expires_at <= x.now then
      perform ledger.move_lots(x, p_lots[i:i], p_reserved[i:i], -1, -1);
      update ledger.lots set expired = expired + p_reserved[i] where cell = x.cell and id = p_lots[i];
      perform ledger.book(x, false, 'expire', -p_reserved[i], -p_reserved[i], 0, 'breakage',
                          'lot', p_lots[i], p_lots[i:i], p_reserved[i:i], '{}');
      o_expired := o_expired + p_reserved[i];
    else
      perform ledger.move_lots(x, p_lots[i:i], p_reserved[i:i], 0, -1);
      -- A node whose clock is ahead may have settled past this lot's end while all of it was held.
      perform ledger.note_due(x, v_expires_at);
      o_lots := o_lots || p_lots[i];
      o_amounts := o_amounts || p_reserved[i];
      o_returned := o_returned + p_reserved[i];
    end if;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION ledger.grace_lot(x ledger.act, l ledger.lots, p_amount bigint)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  v_id text := left(l.id, 16)
    || substr(encode(sha256(convert_to(l.id || chr(10) || x.owner || chr(10) || x.key, 'UTF8')), 'hex'), 1, 14);
  v_until timestamptz :=
    greatest(l.expires_at, x.now + make_interval(days => coalesce((x.cmd ->> 'grace_days')::integer, 7)));
begin
  insert into ledger.lots as lots (cell, id, owner, asset, source, granted, remaining, priority, effective_at,
                           expires_at, refundable, order_id, grace_of, created_at)
  values (x.cell, v_id, x.owner, x.asset, l.source, p_amount, p_amount, l.priority, x.now,
          v_until, l.refundable, l.order_id, coalesce(l.grace_of, l.id), x.now)
  -- A capture may have drawn twice from one lot: then its refund comes here twice.
  on conflict (cell, id) do update
     set granted = lots.granted + p_amount, remaining = lots.remaining + p_amount;
  perform ledger.note_due(x, v_until);
  return v_id;
end $function$;

CREATE OR REPLACE FUNCTION ledger.hold(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  d record;
  v_amount bigint := ledger.amount_of(x, 1);
  v_until timestamptz := (x.cmd ->> 'expires_at')::timestamptz;
begin
  if v_amount is null then return ledger.refuse('amount_invalid'); end if;
  if v_until is null or v_until <= x.now then return ledger.refuse('expiry_invalid'); end if;
  select * into d from ledger.draw(x, v_amount);
  if d.o_short > 0 then return ledger.short(v_amount, v_amount - d.o_short); end if;
  perform ledger.move_lots(x, d.o_lots, d.o_amounts, 0, 1);
  insert into ledger.holds (cell, id, owner, asset, amount, lots, reserved, price_version, action, actor,
                            expires_at, created_at)
  values (x.cell, x.cmd ->> 'hold_id', x.owner, x.asset, v_amount, d.o_lots, d.o_amounts,
          (x.cmd ->> 'price_version')::integer, x.cmd ->> 'action', x.cmd ->> 'actor', v_until, x.now);
  perform ledger.note_due(x, v_until);
  return ledger.answer(ledger.book(
    x, true, 'hold', 0, v_amount, 0, 'hold', 'hold', x.cmd ->> 'hold_id', d.o_lots, d.o_amounts,
    jsonb_build_object('hold_id', x.cmd ->> 'hold_id', 'state', 'open', 'amount', v_amount, 'captured', 0,
                       'expires_at', ledger.ms(v_until))), false);
end $function$;

CREATE OR REPLACE FUNCTION ledger.is_due(x ledger.act)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (select from ledger.accounts
                  where cell = x.cell and owner = x.owner and asset = x.asset and next_due <= x.now)
$function$;

CREATE OR REPLACE FUNCTION ledger.issue(x ledger.act, p_own boolean, p_kind text, l ledger.lots, p_contra text, p_reference_type text, p_reference_id text, p_detail jsonb)
 RETURNS ledger.entries
 LANGUAGE plpgsql
AS $function$
declare
  v_paid bigint;
begin
  select least(debt, l.remaining) into strict v_paid from ledger.accounts
   where cell = x.cell and owner = x.owner and asset = x.asset;
  update ledger.lots
     set waiting = false, remaining = l.remaining - v_paid, closed = l.remaining = v_paid
   where cell = x.cell and id = l.id;
  perform ledger.note_due(x, l.expires_at);
  return ledger.book(
    x, p_own, p_kind, l.remaining, 0, -v_paid, p_contra, p_reference_type, p_reference_id,
    array[l.id], array[l.remaining - v_paid],
    p_detail || jsonb_build_object(
      'lot_id', l.id, 'source', l.source, 'priority', l.priority, 'remaining', l.remaining - v_paid,
      'debt_repaid', v_paid, 'effective_at', ledger.ms(l.effective_at), 'expires_at', ledger.ms(l.expires_at),
      'refundable', l.refundable, 'order_id', l.order_id));
end $function$;

CREATE OR REPLACE FUNCTION ledger.key_fits(p_key text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select length(p_key) between 8 and 128 and p_key ~ '^[A-Za-z0-9_.:-]+$'
$function$;

CREATE OR REPLACE FUNCTION ledger.line_of_lots(p_cell smallint, p_owner text, p_asset text, p_now timestamp with time zone)
 RETURNS TABLE(id text, free bigint, upto bigint)
 LANGUAGE sql
 STABLE
AS $function$
  select l.id, l.remaining - l.held,
         (sum(l.remaining - l.held) over (order by l.priority, l.expires_at, l.effective_at, l.id))::bigint
    from ledger.lots l
   where l.cell = p_cell and l.owner = p_owner and l.asset = p_asset and not l.closed and not l.waiting
     and l.expires_at > p_now and l.remaining > l.held
$function$;

CREATE OR REPLACE FUNCTION ledger.lock_accounts(p_cells smallint[], p_owners text[], p_assets text[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_named integer;
  v_locked integer;
  r record;
begin
  for i in 1 .. 2 loop
    with named as materialized (
      select distinct c.cell, c.owner, c.asset from unnest(p_cells, p_owners, p_assets) as c (cell, owner, asset)),
    locked as materialized (
      select 1 from named n
        join ledger.accounts a on a.cell = n.cell and a.owner = n.owner and a.asset = n.asset
       order by a.cell, a.owner, a.asset for update of a)
    select (select count(*) from named), (select count(*) from locked) into v_named, v_locked;
    exit when v_named = v_locked or i = 2;
    for r in select c.cell, c.owner, c.asset
               from unnest(p_cells, p_owners, p_assets) as c (cell, owner, asset)
               join ledger.assets s on s.asset = c.asset
              group by c.cell, c.owner, c.asset
              order by c.cell, c.owner collate "C", c.asset collate "C" loop
      if ledger.cell_of(r.owner) <> r.cell then
        raise exception 'L8: % does not live in cell %', r.owner, r.cell;
      end if;
      insert into ledger.accounts (cell, owner, asset) values (r.cell, r.owner, r.asset)
      on conflict (cell, owner, asset) do nothing;
    end loop;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION ledger.lock_up()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  r record;
  v_doors constant text[] := array[
    'post', 'post_batch', 'post_charge', 'post_transfer', 'close_block', 'seal', 'roll_up', 'balance_at', 'cell_of',
    'entry_id'];
begin
  for r in select p.oid::regprocedure as signature, p.proname from pg_catalog.pg_proc p
            where p.pronamespace = 'ledger'::regnamespace loop
    execute format('revoke all on function %s from public', r.signature);
    if r.proname = any (v_doors) then
      perform kernel.let_app(format('execute on function %s', r.signature));
    end if;
  end loop;
  perform kernel.let_app('usage on schema ledger');
  perform kernel.let_app('select on all tables in schema ledger');
  if not exists (select from pg_catalog.pg_roles where rolname = 'tongbao_ledger')
     or not pg_catalog.pg_has_role(current_user, 'tongbao_ledger', 'member') then
    return;
  end if;
  execute format('grant usage on schema %I to tongbao_ledger', 'kernel');
  alter schema ledger owner to tongbao_ledger; -- first: an owner of tables needs the right to create there
  for r in select p.oid::regprocedure as signature from pg_catalog.pg_proc p
            where p.pronamespace = 'ledger'::regnamespace and p.proname <> 'lock_up' loop
    execute format('alter function %s owner to tongbao_ledger', r.signature);
  end loop;
  for r in select c.oid::regclass as name from pg_catalog.pg_class c
            where c.relnamespace = 'ledger'::regnamespace and c.relkind = 'r' loop
    execute format('alter table %s owner to tongbao_ledger', r.name);
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION ledger.move_lots(x ledger.act, p_lots text[], p_amounts bigint[], p_remaining integer, p_held integer)
 RETURNS void
 LANGUAGE sql
AS $function$
  update ledger.lots l
     set remaining = l.remaining + p_remaining * m.amount,
         held = l.held + p_held * m.amount,
         closed = l.remaining + p_remaining * m.amount = 0
    from (select u.lot, sum(u.amount)::bigint as amount
            from unnest(p_lots, p_amounts) as u (lot, amount) group by u.lot) m
   where l.cell = x.cell and l.id = m.lot
$function$;

CREATE OR REPLACE FUNCTION ledger.ms(p_at timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$
  select case when isfinite(p_at) then (extract(epoch from p_at) * 1000)::bigint end
$function$;

CREATE OR REPLACE FUNCTION ledger.note_due(x ledger.act, p_at timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  update ledger.accounts set next_due = p_at
   where cell = x.cell and owner = x.owner and asset = x.asset and next_due > p_at
$function$;

CREATE OR REPLACE FUNCTION ledger.note_verdict(p_began_at timestamp with time zone, p_by text, p_cells smallint, p_entries bigint, p_anchors integer, p_faults jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'ledger', 'pg_temp'
AS $function$
  insert into ledger.verdicts (began_at, by, cells, entries, anchors, faults)
  values (p_began_at, p_by, p_cells, p_entries, p_anchors, p_faults)
$function$;

CREATE OR REPLACE FUNCTION ledger.open_hold(x ledger.act, OUT h ledger.holds, OUT o_refusal jsonb)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
begin
  select * into h from ledger.holds
   where cell = x.cell and id = x.cmd ->> 'hold_id' and owner = x.owner and asset = x.asset;
  o_refusal := case
    when h.id is null then ledger.refuse('hold_unknown')
    when h.state = 'expired' then ledger.refuse('hold_expired')
    when h.state <> 'open' then ledger.refuse('hold_closed', jsonb_build_object('state', h.state)) end;
end $function$;

CREATE OR REPLACE FUNCTION ledger.open_tab(p_cell smallint, p_owner text, p_asset text, p_amount bigint, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  -- A statement of its own: the next one has to see what the last holder of the lock left.
  perform 1 from ledger.accounts
    where cell = p_cell and owner = p_owner and asset = p_asset and tab_lot is null and next_due > p_now for update;
  if not found then return false; end if;
  update ledger.accounts a set tab_lot = o.id, tab_source = o.source, tab_burnt = 0, tab_limit = o.remaining - o.held
    from (select l.id, l.source, l.remaining, l.held from ledger.lots l
           where l.cell = p_cell and l.owner = p_owner and l.asset = p_asset and not l.closed and not l.waiting
             and l.expires_at > p_now and l.remaining > l.held
           order by l.priority, l.expires_at, l.effective_at, l.id limit 1) o
   where a.cell = p_cell and a.owner = p_owner and a.asset = p_asset and o.remaining - o.held >= p_amount;
  return found;
end $function$;

CREATE OR REPLACE FUNCTION ledger.post(p_cell smallint, p_commands jsonb, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'ledger', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  v_blocks integer[] := ledger.enter_blocks(array[p_cell]);
begin
  perform ledger.lock_accounts(array_agg(p_cell), array_agg(c.owner), array_agg(c.asset))
     from jsonb_to_recordset(p_commands) as c (owner text, asset text);
  return ledger.each(p_commands, p_now, v_blocks);
end $function$;

CREATE OR REPLACE FUNCTION ledger.post_batch(p_cells smallint[], p_owners text[], p_assets text[], p_accounts integer[], p_amounts bigint[], p_keys text[], p_fingerprints uuid[], p_contras text[], p_actions text[], p_actors text[], p_notes jsonb[], p_commands jsonb, p_now timestamp with time zone, p_how text)
 RETURNS json
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'ledger', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  v_blocks integer[];
  v_alone constant boolean := p_commands = '[]' and p_how <> 'each';
  s record;
  v_short jsonb;
  v_nths bigint[];
  v_answers jsonb := '[]';
  v_each jsonb := '[]';
  v_changes jsonb := '[]';
begin
  v_blocks := ledger.enter_blocks(array(
    select distinct c from unnest(p_cells) as c
    union select c.cell from jsonb_to_recordset(p_commands) as c (cell smallint)));
  -- A batch of charges alone locks by taking; any other locks everything first, in one order.
  if not v_alone then
    perform ledger.lock_accounts(
      p_cells || array_agg(c.cell), p_owners || array_agg(c.owner), p_assets || array_agg(c.asset))
       from jsonb_to_recordset(p_commands) as c (cell smallint, owner text, asset text);
  end if;
  select null::integer[] as o_done, null::json as o_taken, null::json as o_draws, null::jsonb as o_changes into s;
  if p_how <> 'each' and cardinality(p_cells) > 0 then
    select * into s from ledger.charge_set(
      p_cells, p_owners, p_assets, p_accounts, p_amounts, p_keys, p_fingerprints, p_contras, p_actions, p_actors,
      p_notes, p_how = 'look', p_now, v_blocks);
    v_changes := coalesce(s.o_changes, '[]');
  end if;
  if coalesce(cardinality(s.o_done), 0) < cardinality(p_cells) then
    select jsonb_agg(coalesce(c.note, '{}') || jsonb_strip_nulls(jsonb_build_object(
             'kind', 'charge', 'cell', p_cells[c.account], 'owner', p_owners[c.account], 'asset', p_assets[c.account],
             'amount', c.amount, 'key', c.key, 'fingerprint', c.fingerprint, 'contra', c.contra,
             'action', c.action, 'actor', c.actor)) order by c.nth),
           array_agg(c.nth order by c.nth)
      into v_short, v_nths
      from unnest(p_accounts, p_amounts, p_keys, p_fingerprints, p_contras, p_actions, p_actors, p_notes)
             with ordinality as c (account, amount, key, fingerprint, contra, action, actor, note, nth)
     where s.o_done is null or c.account <> all (s.o_done);
    -- Out of order for once: should two batches cross here, one is told so and comes again.
    if v_alone then
      perform ledger.lock_accounts(array_agg(c.cell), array_agg(c.owner), array_agg(c.asset))
         from jsonb_to_recordset(v_short) as c (cell smallint, owner text, asset text);
    end if;
    v_answers := ledger.each(v_short, p_now, v_blocks);
    v_changes := v_changes || coalesce(ledger.accounts_of(v_short), '[]');
  end if;
  if p_commands <> '[]' then
    v_each := ledger.each(p_commands, p_now, v_blocks);
    v_changes := v_changes || coalesce(ledger.accounts_of(p_commands), '[]');
  end if;
  if v_changes <> '[]' then perform ledger.tell_changes(v_changes, p_now); end if;
  return json_build_object(
    'taken', coalesce(s.o_taken, '{"totals": []}'), 'draws', coalesce(s.o_draws, '[]'), 'nths', coalesce(v_nths, '{}'),
    'short', v_answers, 'each', v_each);
end $function$;

CREATE OR REPLACE FUNCTION ledger.post_charge(p_cell smallint, p_owner text, p_asset text, p_amount bigint, p_key text, p_fingerprint uuid, p_contra text, p_action text, p_actor text, p_note jsonb, p_now timestamp with time zone)
 RETURNS json
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'ledger', 'pg_temp'
AS $function$
declare
  a record;
begin
  for attempt in 1 .. 2 loop
    exit when p_amount not between 1 and 9007199254740991 or not ledger.key_fits(p_key);
    update ledger.accounts o
       set available = o.available - p_amount, version = o.version + 1, last_at = greatest(o.last_at, p_now),
           tab_burnt = o.tab_burnt + p_amount
      from ledger.heads h
     where h.cell = p_cell and o.cell = p_cell and o.owner = p_owner and o.asset = p_asset and o.available >= p_amount
       and o.next_due > p_now and o.tab_burnt + p_amount <= o.tab_limit
    returning o.available, o.held, o.debt, o.version, o.last_at, o.tab_lot, o.tab_source,
              h.open_block as block, pg_advisory_xact_lock_shared(7468100 + p_cell, h.open_block) into a;
    exit when found or attempt = 2 or not ledger.open_tab(p_cell, p_owner, p_asset, p_amount, p_now);
  end loop;
  if a is null then
    return ledger.post_batch(
      array[p_cell], array[p_owner], array[p_asset], array[1], array[p_amount], array[p_key], array[p_fingerprint],
      array[p_contra], array[p_action], array[p_actor], array[p_note], '[]', p_now, 'look');
  end if;
  loop -- as `enter_blocks`: the number is read again once its lock is held
    insert into ledger.entries (
      cell, owner, asset, seq, id, block, kind, amount, balance_after, held_after, debt_after, contra, key,
      fingerprint, reference_type, reference_id, draw_lots, draw_amounts, action, price_version, actor,
      description, metadata, params, created_at)
    select p_cell, p_owner, p_asset, a.version, ledger.entry_id(p_cell, p_owner, p_key), a.block, 'charge', -p_amount,
           a.available + a.held - a.debt, a.held, a.debt, p_contra, p_key, p_fingerprint, p_note ->> 'reference_type',
           p_note ->> 'reference_id', array[a.tab_lot], array[p_amount], p_action, (p_note ->> 'price_version')::integer,
           p_actor, p_note ->> 'description', p_note -> 'metadata', p_note -> 'params', a.last_at
      from ledger.heads where cell = p_cell and open_block = a.block;
    exit when found;
    select open_block, pg_advisory_xact_lock_shared(7468100 + p_cell, open_block) into a.block
      from ledger.heads where cell = p_cell;
  end loop;
  perform kernel.tell('balance.changed', p_owner, jsonb_build_object('accounts', jsonb_build_array(jsonb_build_array(
    p_owner, p_asset, a.available, a.held, a.debt, a.version))), p_now);
  return json_build_object(
    'taken', json_build_object(
      'totals', array[p_amount], 'seqs', array[a.version - 1], 'available', array[a.available + p_amount],
      'held', array[a.held], 'debts', array[a.debt],
      'late', array[case when a.last_at <> p_now then ledger.ms(a.last_at) else 0 end],
      'lots', array[a.tab_lot], 'sources', array[a.tab_source]),
    'draws', '[]'::json, 'nths', '[]'::json, 'short', '[]'::json, 'each', '[]'::json);
end $function$;

CREATE OR REPLACE FUNCTION ledger.post_transfer(p_command jsonb, p_now timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'ledger', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  v_from smallint := ledger.cell_of(p_command ->> 'owner');
  v_to smallint := ledger.cell_of(p_command ->> 'to_owner');
  v_blocks integer[];
  x ledger.act;
  v_answer jsonb;
begin
  if p_command ->> 'owner' = p_command ->> 'to_owner' then return ledger.refuse('transfer_to_self'); end if;
  v_blocks := ledger.enter_blocks(array(select distinct c from unnest(array[v_from, v_to]) as c));
  perform ledger.lock_accounts(
    array[v_from, v_to], array[p_command ->> 'owner', p_command ->> 'to_owner'],
    array[p_command ->> 'asset', p_command ->> 'asset']);
  perform ledger.write_tabs(
    array[v_from, v_to], array[p_command ->> 'owner', p_command ->> 'to_owner'],
    array[p_command ->> 'asset', p_command ->> 'asset']);
  x := row(v_to, p_command ->> 'to_owner', p_command ->> 'asset', p_now, v_blocks[v_to + 1], null, p_command);
  -- A repeat is answered as the first time, whatever has ended or filled up since.
  if not exists (select from ledger.entries where cell = v_from
                    and id = ledger.entry_id(v_from, p_command ->> 'owner', p_command ->> 'key')) then
    if (p_command ->> 'expires_at')::timestamptz <= p_now then return ledger.refuse('expiry_invalid'); end if;
    -- What time has done to the other account is written down first, as far as it goes at once.
    if ledger.is_due(x) then
      perform ledger.settle(x);
      if ledger.is_due(x) then return ledger.refuse('ledger_busy', '{"retry_after": 1}'); end if;
    end if;
    if (p_command ->> 'amount')::numeric > ledger.room(x) then return ledger.refuse('amount_invalid'); end if;
  end if;
  v_answer := ledger.exact(v_from, p_command, p_now, v_blocks[v_from + 1]);
  if (v_answer ->> 'ok')::boolean and not (v_answer ->> 'replayed')::boolean then
    perform ledger.transfer_in(x);
    perform ledger.tell_changes((
      select jsonb_agg(jsonb_build_array(owner, asset, available, held, debt, version)) from ledger.accounts
       where (cell = v_from and owner = p_command ->> 'owner' or cell = v_to and owner = x.owner)
         and cell in (v_from, v_to) and asset = x.asset), p_now);
  end if;
  return v_answer;
end $function$;

CREATE OR REPLACE FUNCTION ledger.refund(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  c ledger.entries;
  l ledger.lots;
  v_amount bigint;
  v_before bigint;
  v_pass bigint;
  v_paid bigint;
  v_take bigint;
  v_rest bigint;
  v_lot text;
  v_lots text[] := '{}';
  v_amounts bigint[] := '{}';
begin
  select * into c from ledger.entries
   where cell = x.cell and id = (x.cmd ->> 'charge_id')::uuid and owner = x.owner and asset = x.asset
     and kind in ('charge', 'capture');
  if not found then return ledger.refuse('charge_unknown'); end if;
  select coalesce(max(refunded), 0) into v_before from ledger.refunded_charges
   where cell = x.cell and charge_id = c.id;
  v_amount := case when x.cmd ? 'amount' then ledger.amount_of(x, 1) else -c.amount - v_before end;
  if v_amount is null then return ledger.refuse('amount_invalid'); end if;
  if v_amount = 0 or v_before + v_amount > -c.amount then
    return ledger.refuse('refund_exceeds_charge', jsonb_build_object(
      'charged', -c.amount, 'refunded', v_before, 'refundable', -c.amount - v_before));
  end if;
  if v_amount > ledger.room(x) then return ledger.refuse('amount_invalid'); end if;
  select least(debt, v_amount) into strict v_paid from ledger.accounts
   where cell = x.cell and owner = x.owner and asset = x.asset;
  v_pass := v_before + v_paid; -- what arrives repays debt first, so the walk begins behind it
  v_rest := v_amount - v_paid;
  for i in reverse cardinality(c.draw_lots) .. 1 loop
    exit when v_rest = 0;
    v_take := least(greatest(c.draw_amounts[i] - v_pass, 0), v_rest);
    v_pass := greatest(v_pass - c.draw_amounts[i], 0);
    continue when v_take = 0;
    select * into strict l from ledger.lots where cell = x.cell and id = c.draw_lots[i];
    if l.expires_at <= x.now then
      v_lot := ledger.grace_lot(x, l, v_take);
    else
      v_lot := l.id;
      perform ledger.move_lots(x, array[v_lot], array[v_take], 1, 0);
      perform ledger.note_due(x, l.expires_at);
    end if;
    v_lots := v_lots || v_lot;
    v_amounts := v_amounts || v_take;
    v_rest := v_rest - v_take;
  end loop;
  insert into ledger.refunded_charges as r (cell, charge_id, owner, charged, refunded)
  values (x.cell, c.id, x.owner, -c.amount, v_amount)
  on conflict (cell, charge_id) do update set refunded = r.refunded + v_amount;
  return ledger.answer(ledger.book(
    x, true, 'refund', v_amount, 0, -v_paid, c.contra, 'charge', c.id::text, v_lots, v_amounts,
    jsonb_build_object('charge_id', c.id, 'refunded', v_before + v_amount, 'debt_repaid', v_paid)), false);
end $function$;

CREATE OR REPLACE FUNCTION ledger.refuse(p_code text, p_facts jsonb DEFAULT '{}'::jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select jsonb_build_object('ok', false, 'code', p_code, 'facts', p_facts)
$function$;

CREATE OR REPLACE FUNCTION ledger.release(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  o record;
  g record;
  e ledger.entries;
begin
  select * into o from ledger.open_hold(x);
  if o.o_refusal is not null then return o.o_refusal; end if;
  select * into g from ledger.give_back(x, (o.h).lots, (o.h).reserved);
  update ledger.holds set state = 'released', reserved = array_fill(0::bigint, array[cardinality(lots)])
   where cell = x.cell and id = (o.h).id;
  e := ledger.book(
    x, true, 'release', 0, -g.o_returned, 0, 'hold', 'hold', (o.h).id, g.o_lots, g.o_amounts,
    jsonb_build_object('hold_id', (o.h).id, 'state', 'released', 'returned', g.o_returned,
                       'expired', g.o_expired, 'captured', (o.h).captured));
  -- What a refund had frozen was free before, and its own order may be about to take it.
  if (x.cmd ->> 'thaw')::boolean is not true then perform ledger.repay(x, e, g.o_lots, g.o_amounts); end if;
  return ledger.answer(e, false);
end $function$;

CREATE OR REPLACE FUNCTION ledger.repay(x ledger.act, e ledger.entries, p_lots text[], p_amounts bigint[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  v_owed bigint;
  v_take bigint;
  v_paid bigint := 0;
  v_lots text[] := '{}';
  v_amounts bigint[] := '{}';
begin
  select debt into strict v_owed from ledger.accounts where cell = x.cell and owner = x.owner and asset = x.asset;
  for i in 1 .. cardinality(p_lots) loop
    v_take := least(p_amounts[i], v_owed - v_paid);
    exit when v_take = 0;
    v_lots := v_lots || p_lots[i];
    v_amounts := v_amounts || v_take;
    v_paid := v_paid + v_take;
  end loop;
  if v_paid = 0 then return; end if;
  perform ledger.move_lots(x, v_lots, v_amounts, -1, 0);
  perform ledger.book(x, false, 'repay', 0, 0, -v_paid, 'debt', e.reference_type, e.reference_id,
                      v_lots, v_amounts, '{}');
end $function$;

CREATE OR REPLACE FUNCTION ledger.roll_up(p_cell smallint, p_blocks_max integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'ledger', 'pg_temp'
AS $function$
declare
  v_from integer;
  v_to integer;
begin
  select rolled_to into v_from from ledger.rollups where cell = p_cell for update skip locked;
  if not found then return 0; end if;
  select max(no) into v_to from (
    select no from ledger.blocks where cell = p_cell and no > v_from order by no limit p_blocks_max) b;
  if v_to is null then return 0; end if;
  insert into ledger.book_days as d (cell, asset, day, book, amount, entries)
  select p_cell, e.asset, (e.created_at at time zone 'UTC')::date, e.contra, -sum(e.amount), count(*)
    from ledger.entries e
   where e.cell = p_cell and e.block > v_from and e.block <= v_to
   group by 2, 3, 4
  on conflict (cell, asset, day, book) do update
     set amount = d.amount + excluded.amount, entries = d.entries + excluded.entries;
  update ledger.rollups set rolled_to = v_to where cell = p_cell;
  return v_to - v_from;
end $function$;

CREATE OR REPLACE FUNCTION ledger.room(x ledger.act)
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$
  select 9007199254740991 - coalesce((
    select a.available + a.held + coalesce((
             select sum(l.remaining) from ledger.lots l
              where l.cell = x.cell and l.owner = x.owner and l.asset = x.asset and not l.closed and l.waiting), 0)
      from ledger.accounts a where a.cell = x.cell and a.owner = x.owner and a.asset = x.asset), 0)::bigint
$function$;

CREATE OR REPLACE FUNCTION ledger.seal(p_cell smallint)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'ledger', 'pg_temp'
 SET client_encoding TO 'UTF8'
AS $function$
declare
  v_last ledger.blocks;
  v_open integer;
  v_no integer;
  v_sealed integer := 0;
  v_entries bigint := 0;
  d record;
begin
  select open_block into strict v_open from ledger.heads where cell = p_cell;
  if v_open = 1 or exists (select from ledger.blocks where cell = p_cell and no = v_open - 1) then return 0; end if;
  if not pg_try_advisory_xact_lock(7468099, p_cell) then return 0; end if; -- another sealer is at it
  select * into v_last from ledger.blocks where cell = p_cell order by no desc limit 1;
  loop
    v_no := coalesce(v_last.no, 0) + 1;
    exit when v_no >= v_open or v_entries >= 100000;
    exit when not case when pg_try_advisory_lock(7468100 + p_cell, v_no)
                       then pg_advisory_unlock(7468100 + p_cell, v_no) else false end;
    -- A statement of its own, so that it sees what the last writer left.
    select * into d from ledger.digest(p_cell, v_no, coalesce(v_last.digest, '\x'));
    insert into ledger.blocks (cell, no, entries, prev, digest)
    values (p_cell, v_no, d.o_entries, coalesce(v_last.digest, '\x'), d.o_digest)
    returning * into v_last;
    v_sealed := v_sealed + 1;
    v_entries := v_entries + d.o_entries;
  end loop;
  return v_sealed;
end $function$;

CREATE OR REPLACE FUNCTION ledger.settle(x ledger.act)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  ev record;
  y ledger.act := x;
  v_count integer := 0;
begin
  y.key := null;
  y.cmd := '{}';
  while v_count < 100 loop
    select * into ev from (
      (select effective_at as due, 1 as rank, id from ledger.lots
        where cell = x.cell and owner = x.owner and asset = x.asset and not closed
          and waiting and effective_at <= x.now
        order by effective_at, id limit 1)
      union all
      (select expires_at, 2, id from ledger.lots
        where cell = x.cell and owner = x.owner and asset = x.asset and not closed
          and not waiting and expires_at <= x.now and remaining > held
        order by expires_at, id limit 1)
      union all
      (select expires_at, 3, id from ledger.holds
        where cell = x.cell and owner = x.owner and asset = x.asset and state = 'open' and expires_at <= x.now
        order by expires_at, id limit 1)
    ) due order by due, rank, id limit 1;
    exit when not found;
    y.now := ev.due;
    if ev.rank = 1 then
      perform ledger.begin_lot(y, ev.id);
    elsif ev.rank = 2 then
      perform ledger.expire_lot(y, ev.id);
    else
      perform ledger.expire_hold(y, ev.id);
    end if;
    v_count := v_count + 1;
  end loop;
  update ledger.accounts set next_due = least(
    (select min(case when waiting then effective_at else expires_at end) from ledger.lots
      where cell = x.cell and owner = x.owner and asset = x.asset and not closed
        and (waiting or expires_at > x.now or remaining > held)),
    (select min(expires_at) from ledger.holds
      where cell = x.cell and owner = x.owner and asset = x.asset and state = 'open'),
    'infinity')
   where cell = x.cell and owner = x.owner and asset = x.asset;
  return v_count;
end $function$;

CREATE OR REPLACE FUNCTION ledger.short(p_required bigint, p_available bigint)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select ledger.refuse('insufficient_credits', jsonb_build_object(
    'required', p_required, 'available', p_available, 'missing', p_required - p_available))
$function$;

CREATE OR REPLACE FUNCTION ledger.tell_changes(p_changes jsonb, p_now timestamp with time zone)
 RETURNS void
 LANGUAGE sql
AS $function$
  select kernel.tell('balance.changed',
    case when jsonb_array_length(p_changes) = 1 then p_changes #>> '{0,0}' end,
    jsonb_build_object('accounts', p_changes), p_now)
$function$;

CREATE OR REPLACE FUNCTION ledger.transfer_in(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  l ledger.lots;
begin
  insert into ledger.lots (cell, id, owner, asset, source, granted, remaining, priority, effective_at,
                           expires_at, refundable, created_at)
  values (x.cell, x.cmd ->> 'lot_id', x.owner, x.asset, coalesce(x.cmd ->> 'source', 'transfer'),
          (x.cmd ->> 'amount')::bigint, (x.cmd ->> 'amount')::bigint,
          coalesce((x.cmd ->> 'priority')::smallint, 50), x.now,
          coalesce((x.cmd ->> 'expires_at')::timestamptz, 'infinity'), false, x.now)
  returning * into l;
  return ledger.answer(ledger.issue(
    x, false, 'transfer', l, coalesce(x.cmd ->> 'contra', 'clearing:transfer'),
    'owner', x.cmd ->> 'owner', jsonb_build_object('from_owner', x.cmd ->> 'owner')), false);
end $function$;

CREATE OR REPLACE FUNCTION ledger.transfer_out(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  d record;
  v_amount bigint := ledger.amount_of(x, 1);
begin
  if v_amount is null then return ledger.refuse('amount_invalid'); end if;
  select * into d from ledger.draw(x, v_amount);
  if d.o_short > 0 then return ledger.short(v_amount, v_amount - d.o_short); end if;
  perform ledger.move_lots(x, d.o_lots, d.o_amounts, -1, 0);
  return ledger.answer(ledger.book(
    x, true, 'transfer', -v_amount, 0, 0, coalesce(x.cmd ->> 'contra', 'clearing:transfer'),
    'owner', x.cmd ->> 'to_owner', d.o_lots, d.o_amounts,
    jsonb_build_object('to_owner', x.cmd ->> 'to_owner', 'lot_id', x.cmd ->> 'lot_id')), false);
end $function$;

CREATE OR REPLACE FUNCTION ledger.unclaw(x ledger.act)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  a record;
  l ledger.lots;
  g record;
  e ledger.entries;
  v_refunded numeric := (x.cmd ->> 'refunded')::numeric;
  v_paid numeric := (x.cmd ->> 'paid')::numeric;
  v_ids constant text[] := ledger.claw_lots(x);
  v_back bigint; v_owed bigint; v_forgiven bigint; v_left bigint; v_part bigint; v_beside bigint; v_credit bigint;
  v_lots text[]; v_amounts bigint[];
  v_all_lots text[] := '{}'; v_all_amounts bigint[] := '{}';
  v_restored bigint := 0; v_spared bigint := 0;
begin
  if v_paid <= 0 or v_refunded < 0 or v_refunded > v_paid then return ledger.refuse('amount_invalid'); end if;
  if v_ids is null then return ledger.refuse('lot_unknown'); end if;
  for i in 1 .. cardinality(v_ids) loop
    select * into strict l from ledger.lots where cell = x.cell and id = v_ids[i];
    select debt, last_at into strict a from ledger.accounts
     where cell = x.cell and owner = x.owner and asset = x.asset;
    v_back := greatest(l.clawed - ceil(l.granted * v_refunded / v_paid), 0);
    v_owed := least(l.owed, v_back);
    v_forgiven := least(a.debt, v_owed);
    v_beside := v_owed - v_forgiven;
    v_left := v_back - v_owed;
    v_lots := '{}'; v_amounts := '{}';
    for g in select id, taken, expires_at from ledger.lots
              where cell = x.cell and owner = x.owner and asset = x.asset and (id = l.id or grace_of = l.id)
                and taken > 0
              order by grace_of nulls first, id loop
      exit when v_left = 0; -- what had expired unused was asked from nobody, and comes back to nobody
      v_part := least(v_left, g.taken);
      v_left := v_left - v_part;
      update ledger.lots set taken = taken - v_part, clawed = clawed - case when id = l.id then 0 else v_part end
       where cell = x.cell and id = g.id;
      if g.id = l.id and l.effective_at > greatest(x.now, a.last_at) then
        update ledger.lots set remaining = remaining + v_part, waiting = true, closed = false
         where cell = x.cell and id = l.id;
        perform ledger.note_due(x, l.effective_at);
      elsif g.expires_at <= x.now then
        v_beside := v_beside + v_part;
      else
        perform ledger.move_lots(x, array[g.id], array[v_part], 1, 0);
        perform ledger.note_due(x, g.expires_at);
        v_lots := v_lots || g.id; v_amounts := v_amounts || v_part;
      end if;
    end loop;
    update ledger.lots set clawed = clawed - v_back, owed = owed - v_owed where cell = x.cell and id = l.id;
    if v_beside > 0 then
      v_lots := v_lots || ledger.grace_lot(x, l, v_beside); v_amounts := v_amounts || v_beside;
    end if;
    select coalesce(sum(n), 0) into v_credit from unnest(v_amounts) as n;
    v_all_lots := v_all_lots || v_lots; v_all_amounts := v_all_amounts || v_amounts;
    v_restored := v_restored + v_credit; v_spared := v_spared + v_forgiven;
    e := ledger.book(x, i = cardinality(v_ids), 'clawback', v_credit + v_forgiven, 0, -v_forgiven,
                     'issuance:' || l.source, 'lot', l.id, v_lots, v_amounts,
                     jsonb_build_object('restored', v_restored, 'debt_repaid', v_spared));
  end loop;
  perform ledger.repay(x, e, v_all_lots, v_all_amounts); -- what is owed for other orders
  return ledger.answer(e, false);
end $function$;

CREATE OR REPLACE FUNCTION ledger.write_tabs(p_cells smallint[], p_owners text[], p_assets text[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  update ledger.lots l set remaining = l.remaining - t.burnt, closed = l.remaining = t.burnt
    from (select distinct a.cell, a.tab_lot as lot, a.tab_burnt as burnt
            from unnest(p_cells, p_owners, p_assets) as c (cell, owner, asset)
            join ledger.accounts a on a.cell = c.cell and a.owner = c.owner and a.asset = c.asset
           where a.tab_burnt > 0) t
   where l.cell = t.cell and l.id = t.lot;
  update ledger.accounts a set tab_lot = null, tab_source = null, tab_burnt = 0, tab_limit = 0
    from unnest(p_cells, p_owners, p_assets) as c (cell, owner, asset)
   where a.cell = c.cell and a.owner = c.owner and a.asset = c.asset and a.tab_lot is not null;
end $function$;

CREATE TRIGGER "L7 blocks are for ever" BEFORE DELETE OR UPDATE ON ledger.blocks FOR EACH ROW EXECUTE FUNCTION kernel.refuse_change();
CREATE TRIGGER "L7 blocks stay" BEFORE TRUNCATE ON ledger.blocks FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_change();
CREATE TRIGGER "L7 entries are for ever" BEFORE DELETE OR UPDATE ON ledger.entries FOR EACH ROW EXECUTE FUNCTION kernel.refuse_change();
CREATE TRIGGER "L7 entries stay" BEFORE TRUNCATE ON ledger.entries FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_change();
CREATE TRIGGER "L23 books keep their name" BEFORE DELETE OR UPDATE ON ledger.identity FOR EACH ROW EXECUTE FUNCTION kernel.refuse_change();
alter function ledger."freeze"(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger."freeze"(x ledger.act) from public;
alter function ledger."grant"(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger."grant"(x ledger.act) from public;
alter function ledger.accounts_of(p_commands jsonb) owner to tongbao_ledger;
revoke all on function ledger.accounts_of(p_commands jsonb) from public;
alter function ledger.adjust(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.adjust(x ledger.act) from public;
alter function ledger.amount_of(x ledger.act, p_least bigint) owner to tongbao_ledger;
revoke all on function ledger.amount_of(x ledger.act, p_least bigint) from public;
alter function ledger.answer(e ledger.entries, p_replayed boolean) owner to tongbao_ledger;
revoke all on function ledger.answer(e ledger.entries, p_replayed boolean) from public;
alter function ledger.available(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.available(x ledger.act) from public;
alter function ledger.balance_at(p_cell smallint, p_owner text, p_asset text, p_at timestamp with time zone, OUT available bigint, OUT held bigint, OUT debt bigint) owner to tongbao_ledger;
grant execute on function ledger.balance_at(p_cell smallint, p_owner text, p_asset text, p_at timestamp with time zone, OUT available bigint, OUT held bigint, OUT debt bigint) to tongbao_app;
revoke all on function ledger.balance_at(p_cell smallint, p_owner text, p_asset text, p_at timestamp with time zone, OUT available bigint, OUT held bigint, OUT debt bigint) from public;
alter function ledger.begin_lot(x ledger.act, p_lot text) owner to tongbao_ledger;
revoke all on function ledger.begin_lot(x ledger.act, p_lot text) from public;
alter function ledger.book(x ledger.act, p_own boolean, p_kind text, p_amount bigint, p_held bigint, p_debt bigint, p_contra text, p_reference_type text, p_reference_id text, p_lots text[], p_amounts bigint[], p_detail jsonb) owner to tongbao_ledger;
revoke all on function ledger.book(x ledger.act, p_own boolean, p_kind text, p_amount bigint, p_held bigint, p_debt bigint, p_contra text, p_reference_type text, p_reference_id text, p_lots text[], p_amounts bigint[], p_detail jsonb) from public;
alter function ledger.capture(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.capture(x ledger.act) from public;
alter function ledger.cell_of(p_owner text) owner to tongbao_ledger;
grant execute on function ledger.cell_of(p_owner text) to tongbao_app;
revoke all on function ledger.cell_of(p_owner text) from public;
alter function ledger.charge(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.charge(x ledger.act) from public;
alter function ledger.charge_set(p_cells smallint[], p_owners text[], p_assets text[], p_accounts integer[], p_amounts bigint[], p_keys text[], p_fingerprints uuid[], p_contras text[], p_actions text[], p_actors text[], p_notes jsonb[], p_look boolean, p_now timestamp with time zone, p_blocks integer[], OUT o_done integer[], OUT o_taken json, OUT o_draws json, OUT o_changes jsonb) owner to tongbao_ledger;
revoke all on function ledger.charge_set(p_cells smallint[], p_owners text[], p_assets text[], p_accounts integer[], p_amounts bigint[], p_keys text[], p_fingerprints uuid[], p_contras text[], p_actions text[], p_actors text[], p_notes jsonb[], p_look boolean, p_now timestamp with time zone, p_blocks integer[], OUT o_done integer[], OUT o_taken json, OUT o_draws json, OUT o_changes jsonb) from public;
alter function ledger.claw_lots(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.claw_lots(x ledger.act) from public;
alter function ledger.claw_parts(x ledger.act, l ledger.lots, p_take bigint, INOUT io_lots text[], INOUT io_amounts bigint[]) owner to tongbao_ledger;
revoke all on function ledger.claw_parts(x ledger.act, l ledger.lots, p_take bigint, INOUT io_lots text[], INOUT io_amounts bigint[]) from public;
alter function ledger.claw_plan(x ledger.act, l ledger.lots, p_refunded numeric, p_paid numeric, OUT o_share bigint, OUT o_cancel bigint, OUT o_take bigint, OUT o_owed bigint) owner to tongbao_ledger;
revoke all on function ledger.claw_plan(x ledger.act, l ledger.lots, p_refunded numeric, p_paid numeric, OUT o_share bigint, OUT o_cancel bigint, OUT o_take bigint, OUT o_owed bigint) from public;
alter function ledger.clawback(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.clawback(x ledger.act) from public;
alter function ledger.close_block(p_cell smallint) owner to tongbao_ledger;
grant execute on function ledger.close_block(p_cell smallint) to tongbao_app;
revoke all on function ledger.close_block(p_cell smallint) from public;
alter function ledger.digest(p_cell smallint, p_no integer, p_prev bytea, OUT o_digest bytea, OUT o_entries integer) owner to tongbao_ledger;
revoke all on function ledger.digest(p_cell smallint, p_no integer, p_prev bytea, OUT o_digest bytea, OUT o_entries integer) from public;
alter function ledger.draw(x ledger.act, p_amount bigint, OUT o_lots text[], OUT o_amounts bigint[], OUT o_short bigint) owner to tongbao_ledger;
revoke all on function ledger.draw(x ledger.act, p_amount bigint, OUT o_lots text[], OUT o_amounts bigint[], OUT o_short bigint) from public;
alter function ledger.each(p_commands jsonb, p_now timestamp with time zone, p_blocks integer[]) owner to tongbao_ledger;
revoke all on function ledger.each(p_commands jsonb, p_now timestamp with time zone, p_blocks integer[]) from public;
alter function ledger.enter_blocks(p_cells smallint[]) owner to tongbao_ledger;
revoke all on function ledger.enter_blocks(p_cells smallint[]) from public;
alter function ledger.entry_bytes(e ledger.entries) owner to tongbao_ledger;
revoke all on function ledger.entry_bytes(e ledger.entries) from public;
alter function ledger.entry_id(p_cell smallint, p_owner text, p_key text) owner to tongbao_ledger;
grant execute on function ledger.entry_id(p_cell smallint, p_owner text, p_key text) to tongbao_app;
revoke all on function ledger.entry_id(p_cell smallint, p_owner text, p_key text) from public;
alter function ledger.exact(p_cell smallint, p_cmd jsonb, p_now timestamp with time zone, p_block integer) owner to tongbao_ledger;
revoke all on function ledger.exact(p_cell smallint, p_cmd jsonb, p_now timestamp with time zone, p_block integer) from public;
alter function ledger.expire_hold(x ledger.act, p_hold text) owner to tongbao_ledger;
revoke all on function ledger.expire_hold(x ledger.act, p_hold text) from public;
alter function ledger.expire_lot(x ledger.act, p_lot text) owner to tongbao_ledger;
revoke all on function ledger.expire_lot(x ledger.act, p_lot text) from public;
alter function ledger.extend(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.extend(x ledger.act) from public;
alter function ledger.give_back(x ledger.act, p_lots text[], p_reserved bigint[], OUT o_returned bigint, OUT o_expired bigint, OUT o_lots text[], OUT o_amounts bigint[]) owner to tongbao_ledger;
revoke all on function ledger.give_back(x ledger.act, p_lots text[], p_reserved bigint[], OUT o_returned bigint, OUT o_expired bigint, OUT o_lots text[], OUT o_amounts bigint[]) from public;
alter function ledger.grace_lot(x ledger.act, l ledger.lots, p_amount bigint) owner to tongbao_ledger;
revoke all on function ledger.grace_lot(x ledger.act, l ledger.lots, p_amount bigint) from public;
alter function ledger.hold(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.hold(x ledger.act) from public;
alter function ledger.is_due(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.is_due(x ledger.act) from public;
alter function ledger.issue(x ledger.act, p_own boolean, p_kind text, l ledger.lots, p_contra text, p_reference_type text, p_reference_id text, p_detail jsonb) owner to tongbao_ledger;
revoke all on function ledger.issue(x ledger.act, p_own boolean, p_kind text, l ledger.lots, p_contra text, p_reference_type text, p_reference_id text, p_detail jsonb) from public;
alter function ledger.key_fits(p_key text) owner to tongbao_ledger;
revoke all on function ledger.key_fits(p_key text) from public;
alter function ledger.line_of_lots(p_cell smallint, p_owner text, p_asset text, p_now timestamp with time zone) owner to tongbao_ledger;
revoke all on function ledger.line_of_lots(p_cell smallint, p_owner text, p_asset text, p_now timestamp with time zone) from public;
alter function ledger.lock_accounts(p_cells smallint[], p_owners text[], p_assets text[]) owner to tongbao_ledger;
revoke all on function ledger.lock_accounts(p_cells smallint[], p_owners text[], p_assets text[]) from public;
revoke all on function ledger.lock_up() from public;
alter function ledger.move_lots(x ledger.act, p_lots text[], p_amounts bigint[], p_remaining integer, p_held integer) owner to tongbao_ledger;
revoke all on function ledger.move_lots(x ledger.act, p_lots text[], p_amounts bigint[], p_remaining integer, p_held integer) from public;
alter function ledger.ms(p_at timestamp with time zone) owner to tongbao_ledger;
revoke all on function ledger.ms(p_at timestamp with time zone) from public;
alter function ledger.note_due(x ledger.act, p_at timestamp with time zone) owner to tongbao_ledger;
revoke all on function ledger.note_due(x ledger.act, p_at timestamp with time zone) from public;
alter function ledger.note_verdict(p_began_at timestamp with time zone, p_by text, p_cells smallint, p_entries bigint, p_anchors integer, p_faults jsonb) owner to tongbao_ledger;
grant execute on function ledger.note_verdict(p_began_at timestamp with time zone, p_by text, p_cells smallint, p_entries bigint, p_anchors integer, p_faults jsonb) to tongbao_app;
revoke all on function ledger.note_verdict(p_began_at timestamp with time zone, p_by text, p_cells smallint, p_entries bigint, p_anchors integer, p_faults jsonb) from public;
alter function ledger.open_hold(x ledger.act, OUT h ledger.holds, OUT o_refusal jsonb) owner to tongbao_ledger;
revoke all on function ledger.open_hold(x ledger.act, OUT h ledger.holds, OUT o_refusal jsonb) from public;
alter function ledger.open_tab(p_cell smallint, p_owner text, p_asset text, p_amount bigint, p_now timestamp with time zone) owner to tongbao_ledger;
revoke all on function ledger.open_tab(p_cell smallint, p_owner text, p_asset text, p_amount bigint, p_now timestamp with time zone) from public;
alter function ledger.post(p_cell smallint, p_commands jsonb, p_now timestamp with time zone) owner to tongbao_ledger;
grant execute on function ledger.post(p_cell smallint, p_commands jsonb, p_now timestamp with time zone) to tongbao_app;
revoke all on function ledger.post(p_cell smallint, p_commands jsonb, p_now timestamp with time zone) from public;
alter function ledger.post_batch(p_cells smallint[], p_owners text[], p_assets text[], p_accounts integer[], p_amounts bigint[], p_keys text[], p_fingerprints uuid[], p_contras text[], p_actions text[], p_actors text[], p_notes jsonb[], p_commands jsonb, p_now timestamp with time zone, p_how text) owner to tongbao_ledger;
grant execute on function ledger.post_batch(p_cells smallint[], p_owners text[], p_assets text[], p_accounts integer[], p_amounts bigint[], p_keys text[], p_fingerprints uuid[], p_contras text[], p_actions text[], p_actors text[], p_notes jsonb[], p_commands jsonb, p_now timestamp with time zone, p_how text) to tongbao_app;
revoke all on function ledger.post_batch(p_cells smallint[], p_owners text[], p_assets text[], p_accounts integer[], p_amounts bigint[], p_keys text[], p_fingerprints uuid[], p_contras text[], p_actions text[], p_actors text[], p_notes jsonb[], p_commands jsonb, p_now timestamp with time zone, p_how text) from public;
alter function ledger.post_charge(p_cell smallint, p_owner text, p_asset text, p_amount bigint, p_key text, p_fingerprint uuid, p_contra text, p_action text, p_actor text, p_note jsonb, p_now timestamp with time zone) owner to tongbao_ledger;
grant execute on function ledger.post_charge(p_cell smallint, p_owner text, p_asset text, p_amount bigint, p_key text, p_fingerprint uuid, p_contra text, p_action text, p_actor text, p_note jsonb, p_now timestamp with time zone) to tongbao_app;
revoke all on function ledger.post_charge(p_cell smallint, p_owner text, p_asset text, p_amount bigint, p_key text, p_fingerprint uuid, p_contra text, p_action text, p_actor text, p_note jsonb, p_now timestamp with time zone) from public;
alter function ledger.post_transfer(p_command jsonb, p_now timestamp with time zone) owner to tongbao_ledger;
grant execute on function ledger.post_transfer(p_command jsonb, p_now timestamp with time zone) to tongbao_app;
revoke all on function ledger.post_transfer(p_command jsonb, p_now timestamp with time zone) from public;
alter function ledger.refund(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.refund(x ledger.act) from public;
alter function ledger.refuse(p_code text, p_facts jsonb) owner to tongbao_ledger;
revoke all on function ledger.refuse(p_code text, p_facts jsonb) from public;
alter function ledger.release(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.release(x ledger.act) from public;
alter function ledger.repay(x ledger.act, e ledger.entries, p_lots text[], p_amounts bigint[]) owner to tongbao_ledger;
revoke all on function ledger.repay(x ledger.act, e ledger.entries, p_lots text[], p_amounts bigint[]) from public;
alter function ledger.roll_up(p_cell smallint, p_blocks_max integer) owner to tongbao_ledger;
grant execute on function ledger.roll_up(p_cell smallint, p_blocks_max integer) to tongbao_app;
revoke all on function ledger.roll_up(p_cell smallint, p_blocks_max integer) from public;
alter function ledger.room(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.room(x ledger.act) from public;
alter function ledger.seal(p_cell smallint) owner to tongbao_ledger;
grant execute on function ledger.seal(p_cell smallint) to tongbao_app;
revoke all on function ledger.seal(p_cell smallint) from public;
alter function ledger.settle(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.settle(x ledger.act) from public;
alter function ledger.short(p_required bigint, p_available bigint) owner to tongbao_ledger;
revoke all on function ledger.short(p_required bigint, p_available bigint) from public;
alter function ledger.tell_changes(p_changes jsonb, p_now timestamp with time zone) owner to tongbao_ledger;
revoke all on function ledger.tell_changes(p_changes jsonb, p_now timestamp with time zone) from public;
alter function ledger.transfer_in(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.transfer_in(x ledger.act) from public;
alter function ledger.transfer_out(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.transfer_out(x ledger.act) from public;
alter function ledger.unclaw(x ledger.act) owner to tongbao_ledger;
revoke all on function ledger.unclaw(x ledger.act) from public;
alter function ledger.write_tabs(p_cells smallint[], p_owners text[], p_assets text[]) owner to tongbao_ledger;
revoke all on function ledger.write_tabs(p_cells smallint[], p_owners text[], p_assets text[]) from public;
alter schema ledger owner to tongbao_ledger;
grant usage on schema ledger to tongbao_app;
alter table ledger.accounts owner to tongbao_ledger;
grant select on table ledger.accounts to tongbao_app;
alter table ledger.assets owner to tongbao_ledger;
grant select on table ledger.assets to tongbao_app;
alter table ledger.blocks owner to tongbao_ledger;
grant select on table ledger.blocks to tongbao_app;
alter table ledger.book_days owner to tongbao_ledger;
grant select on table ledger.book_days to tongbao_app;
alter table ledger.entries owner to tongbao_ledger;
grant select on table ledger.entries to tongbao_app;
alter table ledger.firsts owner to tongbao_ledger;
grant select on table ledger.firsts to tongbao_app;
alter table ledger.heads owner to tongbao_ledger;
grant select on table ledger.heads to tongbao_app;
alter table ledger.holds owner to tongbao_ledger;
grant select on table ledger.holds to tongbao_app;
alter table ledger.identity owner to tongbao_ledger;
grant select on table ledger.identity to tongbao_app;
alter table ledger.lots owner to tongbao_ledger;
grant select on table ledger.lots to tongbao_app;
grant select on table ledger.lots_now to tongbao_app;
alter table ledger.refunded_charges owner to tongbao_ledger;
grant select on table ledger.refunded_charges to tongbao_app;
alter table ledger.rollups owner to tongbao_ledger;
grant select on table ledger.rollups to tongbao_app;
alter table ledger.verdicts owner to tongbao_ledger;
grant select on table ledger.verdicts to tongbao_app;

-- payments

create schema payments;
create table payments.accounts (
  channel text collate "C" not null,
  name text collate "C" not null,
  merchant text not null,
  livemode boolean not null,
  enabled boolean not null,
  settings jsonb not null,
  secrets text not null,
  minor_min bigint default 1 not null,
  minor_max bigint not null,
  changed_at timestamp with time zone not null,
  constraint accounts_pkey PRIMARY KEY (channel, name),
  constraint accounts_merchant_check CHECK (((char_length(merchant) >= 1) AND (char_length(merchant) <= 128))),
  constraint accounts_minor_max_check CHECK ((minor_max <= '9007199254740991'::bigint)),
  constraint accounts_minor_min_check CHECK ((minor_min > 0)),
  constraint accounts_name_check CHECK ((name ~ '^[a-z0-9_-]{1,32}$'::text)),
  constraint accounts_take_something CHECK ((minor_min <= minor_max))
);

create table payments.attempts (
  id text collate "C" not null,
  channel text collate "C" not null,
  account text collate "C" not null,
  method text not null,
  trade_no text collate "C" not null,
  ref text,
  subject text collate "C" not null,
  owner text collate "C" not null,
  amount bigint not null,
  currency text not null,
  livemode boolean not null,
  title text not null,
  instrument text collate "C",
  state text collate "C" not null,
  next jsonb,
  why text,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  ask_at timestamp with time zone,
  asked integer default 0 not null,
  constraint attempts_pkey PRIMARY KEY (id),
  constraint "PY4 one number, one attempt" UNIQUE (channel, account, trade_no),
  constraint attempts_channel_account_fkey FOREIGN KEY (channel, account) REFERENCES payments.accounts(channel, name),
  constraint attempts_instrument_fkey FOREIGN KEY (instrument) REFERENCES payments.instruments(id),
  constraint attempts_amount_check CHECK ((amount > 0)),
  constraint attempts_state_check CHECK ((state = ANY (ARRAY['created'::text, 'submitted'::text, 'unknown'::text, 'succeeded'::text, 'failed'::text, 'closed'::text])))
);

create table payments.disputes (
  id text collate "C" not null,
  channel text collate "C" not null,
  account text collate "C" not null,
  ref text collate "C" not null,
  fact_id text collate "C" not null,
  amount bigint not null,
  currency text not null,
  state text collate "C" not null,
  opened_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  said_at timestamp with time zone not null,
  constraint disputes_pkey PRIMARY KEY (id),
  constraint "PY1 one dispute of the provider" UNIQUE (channel, account, ref),
  constraint disputes_fact_id_fkey FOREIGN KEY (fact_id) REFERENCES payments.facts(id),
  constraint disputes_amount_check CHECK ((amount > 0)),
  constraint disputes_state_check CHECK ((state = ANY (ARRAY['opened'::text, 'won'::text, 'lost'::text])))
);

create table payments.events (
  id text collate "C" not null,
  channel text collate "C" not null,
  account text collate "C" not null,
  received_at timestamp with time zone not null,
  headers jsonb not null,
  body text not null,
  body_sha256 bytea not null,
  message_id text collate "C" not null,
  type text not null,
  key_id text not null,
  facts jsonb not null,
  state text collate "C" not null,
  due_at timestamp with time zone not null,
  attempts integer default 0 not null,
  why text,
  done_at timestamp with time zone,
  constraint events_pkey PRIMARY KEY (id),
  constraint "PY8 one message, one event" UNIQUE (channel, account, message_id),
  constraint events_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'done'::text, 'dead'::text])))
);

create table payments.facts (
  id text collate "C" not null,
  channel text collate "C" not null,
  account text collate "C" not null,
  txn text collate "C" not null,
  said bytea not null,
  trade_no text,
  amount bigint,
  currency text not null,
  merchant text not null,
  livemode boolean not null,
  paid_at timestamp with time zone not null,
  payer text,
  source text not null,
  event_id text collate "C",
  attempt_id text collate "C",
  disposition text collate "C" not null,
  why text,
  reserved bigint default 0 not null,
  refunded bigint default 0 not null,
  created_at timestamp with time zone not null,
  set_aside_at timestamp with time zone,
  constraint facts_pkey PRIMARY KEY (id),
  constraint "PY1 said once" UNIQUE (channel, account, txn, said),
  constraint facts_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES payments.attempts(id),
  constraint facts_event_id_fkey FOREIGN KEY (event_id) REFERENCES payments.events(id) ON DELETE SET NULL,
  constraint "PY2 what fits nothing says why" CHECK (((disposition = 'suspense'::text) = (why IS NOT NULL))),
  constraint "PY5 no more goes back than came in" CHECK (((reserved + refunded) <= COALESCE(amount, (0)::bigint))),
  constraint facts_amount_check CHECK ((amount > 0)),
  constraint facts_disposition_check CHECK ((disposition = ANY (ARRAY['suspense'::text, 'kept'::text, 'sent_back'::text]))),
  constraint facts_refunded_check CHECK ((refunded >= 0)),
  constraint facts_reserved_check CHECK ((reserved >= 0)),
  constraint facts_source_check CHECK ((source = ANY (ARRAY['push'::text, 'pull'::text, 'bill'::text, 'hand'::text])))
);

create table payments.instruments (
  id text collate "C" not null,
  channel text collate "C" not null,
  account text collate "C" not null,
  owner text collate "C" not null,
  customer text not null,
  method text not null,
  currency text not null,
  livemode boolean not null,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint instruments_pkey PRIMARY KEY (id),
  constraint "PY12 one instrument" UNIQUE (channel, account, customer, method),
  constraint instruments_channel_account_fkey FOREIGN KEY (channel, account) REFERENCES payments.accounts(channel, name)
);

create table payments.refunds (
  id text collate "C" not null,
  channel text collate "C" not null,
  account text collate "C" not null,
  fact_id text collate "C" not null,
  refund_no text collate "C",
  ref text collate "C",
  amount bigint not null,
  currency text not null,
  cause text collate "C" not null,
  reason text not null,
  state text collate "C" not null,
  why text,
  asked_by text not null,
  created_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  said_at timestamp with time zone,
  ask_at timestamp with time zone,
  asked integer default 0 not null,
  constraint refunds_pkey PRIMARY KEY (id),
  constraint "PY4 one number, one refund" UNIQUE (channel, account, refund_no),
  constraint refunds_fact_id_fkey FOREIGN KEY (fact_id) REFERENCES payments.facts(id),
  constraint refunds_amount_check CHECK ((amount > 0)),
  constraint refunds_cause_check CHECK ((cause = ANY (ARRAY['asked'::text, 'sent_back'::text, 'provider'::text]))),
  constraint refunds_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'approved'::text, 'submitted'::text, 'unknown'::text, 'succeeded'::text, 'failed'::text, 'abnormal'::text, 'rejected'::text])))
);

create table payments.sandbox_trades (
  trade_no text collate "C" not null,
  account text collate "C" not null,
  amount bigint not null,
  currency text not null,
  title text not null,
  return_url text not null,
  state text collate "C" not null,
  txns jsonb default '[]'::jsonb not null,
  refunds jsonb default '{}'::jsonb not null,
  fails_refunds boolean default false not null,
  expires_at timestamp with time zone not null,
  constraint sandbox_trades_pkey PRIMARY KEY (trade_no),
  constraint sandbox_trades_state_check CHECK ((state = ANY (ARRAY['open'::text, 'paid'::text, 'failed'::text, 'closed'::text])))
);

create table payments.transfers (
  id text collate "C" not null,
  channel text collate "C" not null,
  account text collate "C" not null,
  transfer_no text collate "C" not null,
  subject text collate "C" not null,
  ref text,
  amount bigint not null,
  currency text not null,
  payee text not null,
  title text not null,
  state text collate "C" not null,
  confirm text,
  why text,
  created_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  ask_at timestamp with time zone,
  asked integer default 0 not null,
  constraint transfers_pkey PRIMARY KEY (id),
  constraint "PY11 one number, one transfer" UNIQUE (channel, account, transfer_no),
  constraint "PY11 one subject, one transfer" UNIQUE (subject),
  constraint transfers_channel_account_fkey FOREIGN KEY (channel, account) REFERENCES payments.accounts(channel, name),
  constraint transfers_amount_check CHECK ((amount > 0)),
  constraint transfers_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'submitted'::text, 'wait_user'::text, 'unknown'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text, 'returned'::text])))
);

CREATE UNIQUE INDEX "CK8 one open attempt of a kind" ON payments.attempts USING btree (subject, channel, account, method, amount) WHERE (state = ANY (ARRAY['created'::text, 'submitted'::text, 'unknown'::text]));
CREATE UNIQUE INDEX "PY1 one refund of the provider" ON payments.refunds USING btree (channel, account, ref) WHERE (ref IS NOT NULL);
CREATE UNIQUE INDEX "PY1 one transaction moves value once" ON payments.facts USING btree (channel, account, txn) WHERE (disposition <> 'suspense'::text);
CREATE INDEX attempts_by_owner ON payments.attempts USING btree (owner, id);
CREATE INDEX attempts_by_subject ON payments.attempts USING btree (subject, id);
CREATE INDEX attempts_to_ask ON payments.attempts USING btree (ask_at) WHERE (ask_at IS NOT NULL);
CREATE INDEX disputes_by_fact ON payments.disputes USING btree (fact_id);
CREATE INDEX disputes_by_state ON payments.disputes USING btree (state, id);
CREATE INDEX events_by_age ON payments.events USING btree (received_at);
CREATE INDEX events_by_channel ON payments.events USING btree (channel, id);
CREATE INDEX events_by_trade ON payments.events USING btree ((((facts -> 0) ->> 'tradeNo'::text))) WHERE (((facts -> 0) ->> 'tradeNo'::text) IS NOT NULL);
CREATE INDEX events_dead ON payments.events USING btree (id) WHERE (state = 'dead'::text);
CREATE INDEX events_waiting ON payments.events USING btree (due_at) WHERE (state = 'waiting'::text);
CREATE INDEX facts_by_attempt ON payments.facts USING btree (attempt_id) WHERE (attempt_id IS NOT NULL);
CREATE INDEX facts_by_event ON payments.facts USING btree (event_id) WHERE (event_id IS NOT NULL);
CREATE INDEX facts_in_suspense ON payments.facts USING btree (id) WHERE ((disposition = 'suspense'::text) OR ((disposition = 'sent_back'::text) AND ((reserved + refunded) < amount)));
CREATE INDEX instruments_of ON payments.instruments USING btree (owner, id) WHERE (ended_at IS NULL);
CREATE INDEX refunds_by_fact ON payments.refunds USING btree (fact_id, id);
CREATE INDEX refunds_settled ON payments.refunds USING btree (settled_at) WHERE (state = 'succeeded'::text);
CREATE INDEX refunds_stuck ON payments.refunds USING btree (id) WHERE (state = 'abnormal'::text);
CREATE INDEX refunds_to_ask ON payments.refunds USING btree (ask_at) WHERE (ask_at IS NOT NULL);
CREATE INDEX transfers_to_ask ON payments.transfers USING btree (ask_at) WHERE (ask_at IS NOT NULL);
CREATE TRIGGER "PY1 facts stay" BEFORE DELETE ON payments.facts FOR EACH ROW EXECUTE FUNCTION kernel.refuse_change();
CREATE TRIGGER "PY1 what was said stays" BEFORE UPDATE ON payments.facts FOR EACH ROW WHEN ((((((old.txn IS DISTINCT FROM new.txn) OR (old.said IS DISTINCT FROM new.said)) OR (old.amount IS DISTINCT FROM new.amount)) OR (old.currency IS DISTINCT FROM new.currency)) OR (old.trade_no IS DISTINCT FROM new.trade_no))) EXECUTE FUNCTION kernel.refuse_change();
grant usage on schema payments to tongbao_app;
grant insert, select, update on table payments.accounts to tongbao_app;
grant insert, select, update on table payments.attempts to tongbao_app;
grant insert, select, update on table payments.disputes to tongbao_app;
grant delete, insert, select, update on table payments.events to tongbao_app;
grant insert, select, update on table payments.facts to tongbao_app;
grant insert, select, update on table payments.instruments to tongbao_app;
grant insert, select, update on table payments.refunds to tongbao_app;
grant insert, select, update on table payments.sandbox_trades to tongbao_app;
grant insert, select, update on table payments.transfers to tongbao_app;

-- proposals

create schema proposals;
create table proposals.proposals (
  id text collate "C" not null,
  kind text not null,
  payload json not null,
  reason text not null,
  proposed_by text not null,
  answers_for text not null,
  gains text,
  key text not null,
  asked text not null,
  proposed_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  state text default 'proposed'::text not null,
  decided_by text,
  decided_at timestamp with time zone,
  decision_reason text,
  result json,
  constraint proposals_pkey PRIMARY KEY (id),
  constraint proposals_key_once UNIQUE (proposed_by, key),
  constraint "PR1 two persons" CHECK (((state <> 'approved'::text) OR ((decided_by <> proposed_by) AND (decided_by <> answers_for) AND (decided_by IS DISTINCT FROM gains)))),
  constraint "PR3 in time" CHECK (((state <> 'approved'::text) OR (decided_at < expires_at))),
  constraint proposals_decided_whole CHECK ((((state = 'proposed'::text) = (decided_by IS NULL)) AND ((state = 'proposed'::text) = (decided_at IS NULL)))),
  constraint proposals_decision_reason_check CHECK (((char_length(decision_reason) >= 1) AND (char_length(decision_reason) <= 500))),
  constraint proposals_end_later CHECK ((expires_at > proposed_at)),
  constraint proposals_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 300))),
  constraint proposals_kind_check CHECK ((kind ~ '^[a-z]+\.[a-z_]+$'::text)),
  constraint proposals_payload_check CHECK ((json_typeof(payload) = 'object'::text)),
  constraint proposals_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 500))),
  constraint proposals_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'approved'::text, 'rejected'::text, 'withdrawn'::text])))
);

CREATE INDEX proposals_open ON proposals.proposals USING btree (id) WHERE (state = 'proposed'::text);
CREATE TRIGGER "PR2 all kept" BEFORE TRUNCATE ON proposals.proposals FOR EACH STATEMENT EXECUTE FUNCTION kernel.refuse_change();
CREATE TRIGGER "PR2 decided once" BEFORE UPDATE ON proposals.proposals FOR EACH ROW WHEN ((old.state <> 'proposed'::text)) EXECUTE FUNCTION kernel.refuse_change();
CREATE TRIGGER "PR2 kept" BEFORE DELETE ON proposals.proposals FOR EACH ROW EXECUTE FUNCTION kernel.refuse_change();
grant usage on schema proposals to tongbao_app;
grant insert, select on table proposals.proposals to tongbao_app;
grant update (decided_at) on table proposals.proposals to tongbao_app;
grant update (decided_by) on table proposals.proposals to tongbao_app;
grant update (decision_reason) on table proposals.proposals to tongbao_app;
grant update (result) on table proposals.proposals to tongbao_app;
grant update (state) on table proposals.proposals to tongbao_app;

-- public

create schema public;
alter schema public owner to pg_database_owner;
grant usage on schema public to public;
