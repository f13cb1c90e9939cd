-- Why: a session that ends is said to the nodes that stream to it, whoever deletes the row.
-- Safe to run while serving: yes (a trigger on deletes). To undo: drop trigger session_gone on identity.sessions;
--          drop function identity.session_gone.
create function identity.session_gone() returns trigger language plpgsql as $$
begin
  perform pg_notify('tongbao', 'identity.session_gone ' || old.id);
  return null;
end $$;
create trigger session_gone after delete on identity.sessions
  for each row execute function identity.session_gone();
