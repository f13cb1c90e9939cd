-- Why: database functions of a module tell what happened through the kernel, as TypeScript does with `tell`,
--      without a right on the kernel's table.
-- Safe to run while serving: yes (new function). To undo: drop function kernel.tell.
create function kernel.tell(p_topic text, p_owner text, p_data jsonb, p_at timestamptz) returns void
language sql security definer set search_path = kernel, pg_temp as $$
  insert into kernel.outbox (topic, owner, data, at) values (p_topic, p_owner, p_data, p_at)
$$;
