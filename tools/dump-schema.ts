/** One connection, not a pool: the dump sets its search path before it asks. */
export type Query = (sql: string, values?: unknown[]) => Promise<{ rows: Piece[] }>

/** One statement of the dump, and the object it is about. */
interface Piece {
  readonly schema: string
  readonly name: string
  readonly ddl: string
}

const HEAD = `-- The schema as the migrations leave it. Written by \`npm run generate\` from the catalogs of a
-- database; change it by a migration. It is for reading and comparing, not for restoring.`

/**
 * Reads the schemas of all modules out of the catalogs, as SQL in a fixed order: the same migrations
 * give the same text, whoever ran them and whatever the database is called. What the asking role
 * owns is not said to be owned by it, and only what others may do is printed as a grant.
 */
export async function dumpSchema(query: Query): Promise<string> {
  // With no search path every name is printed with its schema.
  await query("select set_config('search_path', '', false)")
  const sections = new Map<string, string[]>()
  for (const sql of KINDS) {
    const { rows } = await query(sql)
    for (const { schema, ddl } of [...rows].sort(byName))
      sections.set(schema, [...(sections.get(schema) ?? []), tidied(ddl)])
  }
  await query('reset search_path')
  const body = [...sections.keys()]
    .sort()
    .map((schema) => `\n-- ${schema}\n\n${sections.get(schema)?.join('\n')}`)
  return `${[HEAD, ...body].join('\n').trimEnd()}\n`
}

// By code point, so that the collation of the database has no say.
const byName = (a: Piece, b: Piece): number =>
  compare(a.schema, b.schema) || compare(a.name, b.name) || compare(a.ddl, b.ddl)

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b)

const tidied = (ddl: string): string => {
  const text = `${ddl.replace(/[ \t]+$/gm, '').replace(/;?\s*$/, '')};`
  return text.includes('\n') ? `${text}\n` : text
}

// pg-boss looks after its own tables, and what an extension brought is the extension's to describe.
const OURS = `
with s as (
  select oid, nspname from pg_namespace
   where nspname !~ '^pg_' and nspname not in ('information_schema', 'pgboss')
), brought as (
  select classid, objid from pg_depend where deptype = 'e'
), part as ( -- what makes the values of an identity column, or of a range, is a part of that
  select classid, objid from pg_depend where deptype = 'i'
), rel as (
  select c.*, s.nspname as schema, format('%I.%I', s.nspname, c.relname) as full_name
    from pg_class c join s on s.oid = c.relnamespace
   where ('pg_class'::regclass, c.oid) not in (table brought)
), fn as (
  select p.*, s.nspname as schema,
         case p.prokind when 'p' then 'procedure' else 'function' end as kind,
         format('%I.%I(%s)', s.nspname, p.proname,
                pg_get_function_identity_arguments(p.oid)) as full_name
    from pg_proc p join s on s.oid = p.pronamespace
   where p.prokind <> 'a'
     and ('pg_proc'::regclass, p.oid) not in (table brought union all table part)
)`

const SCHEMAS = `${OURS}
select nspname as schema, nspname as name, format('create schema %I', nspname) as ddl from s`

const TYPES = `${OURS}, named as (
  select t.*, s.nspname as schema, format('%I.%I', s.nspname, t.typname) as full_name
    from pg_type t join s on s.oid = t.typnamespace
   where ('pg_type'::regclass, t.oid) not in (table brought)
)
select schema, typname as name, format('create type %s as enum (%s)', full_name,
         (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder)
            from pg_enum where enumtypid = t.oid)) as ddl
  from named t where typtype = 'e'
union all
select schema, typname, concat_ws(' ',
         format('create domain %s as %s', full_name, format_type(typbasetype, typtypmod)),
         'default ' || typdefault,
         case when typnotnull then 'not null' end,
         (select string_agg(format('constraint %I %s', conname, pg_get_constraintdef(oid)), ' '
                            order by conname collate "C")
            from pg_constraint where contypid = t.oid and contype <> 'n'))
  from named t where typtype = 'd'
union all
select schema, typname,
       format('create type %s as range (subtype = %s)', full_name, format_type(rngsubtype, null))
  from named t join pg_range on rngtypid = t.oid
union all
select schema, typname, format('create type %s as (%s)', full_name,
         (select string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', '
                            order by attnum)
            from pg_attribute where attrelid = t.typrelid and attnum > 0 and not attisdropped))
  from named t join pg_class c on c.oid = t.typrelid and c.relkind = 'c'`

const SEQUENCES = `${OURS}
select schema, relname as name,
       format('create sequence %s as %s start %s increment %s minvalue %s maxvalue %s cache %s%s',
              full_name, format_type(seqtypid, null), seqstart, seqincrement, seqmin, seqmax,
              seqcache, case when seqcycle then ' cycle' else '' end) as ddl
  from rel join pg_sequence on seqrelid = rel.oid
 where ('pg_class'::regclass, rel.oid) not in (table part)`

// Only what somebody chose; the rest is as PostgreSQL makes it.
const IDENTITY_OPTIONS = `(
select format(' (start %s increment %s cache %s%s)', seqstart, seqincrement, seqcache,
              case when seqcycle then ' cycle' else '' end)
  from pg_depend p join pg_sequence on seqrelid = p.objid
 where p.classid = 'pg_class'::regclass and p.deptype = 'i'
   and p.refobjid = a.attrelid and p.refobjsubid = a.attnum
   and (seqstart, seqincrement, seqcache, seqcycle) is distinct from (1, 1, 1, false))`

const COLUMNS = `
select a.attrelid, 1 as part, a.attnum::int as place, '' as called, concat_ws(' ',
         quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
         case when a.attcollation <> t.typcollation
           then format('collate %s', a.attcollation::regcollation) end,
         case when a.attstorage <> t.typstorage then format('storage %s', case a.attstorage
           when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end)
         end,
         case a.attidentity
           when 'a' then 'generated always as identity'
           when 'd' then 'generated by default as identity'
         end || coalesce(${IDENTITY_OPTIONS}, ''),
         case a.attgenerated
           when '' then 'default ' || pg_get_expr(d.adbin, d.adrelid)
           else format('generated always as (%s) %s', pg_get_expr(d.adbin, d.adrelid),
                       case a.attgenerated when 's' then 'stored' else 'virtual' end)
         end,
         case when a.attnotnull then 'not null' end) as line
  from pg_attribute a
  join pg_type t on t.oid = a.atttypid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attnum > 0 and not a.attisdropped`

// PostgreSQL 18 keeps 'not null' among the constraints too; the column says it already.
const CONSTRAINTS = `
select conrelid, 2, position(contype::text in 'pufcx'), conname,
       format('constraint %I %s', conname, pg_get_constraintdef(oid))
  from pg_constraint
 where contype not in ('n', 't') and conparentid = 0`

const TABLES = `${OURS}, lines as (${COLUMNS} union all ${CONSTRAINTS})
select schema, relname as name, concat_ws(' ',
         'create', case relpersistence when 'u' then 'unlogged' end, 'table', full_name,
         (select format('%s %s', case when rel.relispartition then 'partition of' else 'inherits' end,
                        string_agg(inhparent::regclass::text, ', ' order by inhseqno))
            from pg_inherits where inhrelid = rel.oid having count(*) > 0),
         case when relispartition then pg_get_expr(relpartbound, oid)
           else format(E'(%s\\n)', (
             select string_agg(E'\\n  ' || line, ',' order by part, place, called collate "C")
               from lines where attrelid = rel.oid)) end,
         'partition by ' || pg_get_partkeydef(oid),
         'with (' || array_to_string(reloptions, ', ') || ')') as ddl
  from rel where relkind in ('r', 'p')`

const INDEXES = `${OURS}
select schema, relname as name, pg_get_indexdef(oid) as ddl from rel
 where relkind in ('i', 'I') and not relispartition
   and not exists (select from pg_constraint
                    where conindid = rel.oid and contype in ('p', 'u', 'x'))
union all
select s.nspname, stxname, pg_get_statisticsobjdef(e.oid)
  from pg_statistic_ext e join s on s.oid = e.stxnamespace`

// PostgreSQL 15 writes the table before every column of a view, later ones only where it is needed.
const VIEWS = `${OURS}
select schema, relname as name,
       format(E'create %s %s%s as\\n%s',
              case relkind when 'm' then 'materialized view' else 'view' end, full_name,
              ' with (' || array_to_string(reloptions, ', ') || ')', pg_get_viewdef(oid)) as ddl
  from rel where relkind in ('v', 'm')`

const FUNCTIONS = `${OURS}
select schema, full_name as name, pg_get_functiondef(oid) as ddl from fn`

const TRIGGERS = `${OURS}, trigger as (
  select t.*, schema, relname, full_name from pg_trigger t join rel on rel.oid = t.tgrelid
   where not tgisinternal and tgparentid = 0
)
select schema, relname || ' ' || tgname as name, pg_get_triggerdef(oid) as ddl from trigger
union all
select schema, relname || ' ' || tgname || ' enabled',
       format('alter table %s %s trigger %I', full_name, case tgenabled
         when 'D' then 'disable' when 'A' then 'enable always' else 'enable replica' end, tgname)
  from trigger where tgenabled <> 'O'
union all
select schema, relname || ' ' || rulename, pg_get_ruledef(r.oid)
  from pg_rewrite r join rel on rel.oid = r.ev_class where rulename <> '_RETURN'`

const ROW_SECURITY = `${OURS}
select schema, relname as name, format('alter table %s enable row level security', full_name) as ddl
  from rel where relrowsecurity
union all
select schema, relname, format('alter table %s force row level security', full_name)
  from rel where relforcerowsecurity
union all
select schema, relname || ' ' || polname, concat_ws(' ',
         format('create policy %I on %s as %s for %s to %s', polname, full_name,
           case when polpermissive then 'permissive' else 'restrictive' end,
           case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                       when 'd' then 'delete' else 'all' end,
           (select string_agg(who, ', ' order by who collate "C") from unnest(polroles) as r,
              coalesce(quote_ident((select rolname from pg_roles where oid = r)), 'public') as who)),
         format('using (%s)', pg_get_expr(polqual, polrelid)),
         format('with check (%s)', pg_get_expr(polwithcheck, polrelid)))
  from pg_policy join rel on rel.oid = polrelid`

// Everybody may run a new function unless somebody said otherwise, so only the otherwise is said.
// MAINTAIN is left out: PostgreSQL before 17 does not know it.
const RIGHTS = `${OURS}, thing as (
  select nspname as schema, 'schema' as kind, quote_ident(nspname) as full_name, '' as columns,
         nspowner as owner, nspacl as acl
    from pg_namespace where oid in (select oid from s)
  union all
  select schema, case relkind when 'S' then 'sequence' else 'table' end, full_name, '',
         relowner, relacl
    from rel where relkind in ('r', 'p', 'v', 'm', 'S')
  union all
  select schema, 'table', full_name, format(' (%I)', attname), relowner, attacl
    from pg_attribute join rel on rel.oid = attrelid where attacl is not null
  union all
  select schema, kind, full_name, '', proowner, coalesce(proacl, acldefault('f', proowner)) from fn
), given as (
  select thing.*, g.* from thing, aclexplode(acl) as g
   where grantee <> owner and privilege_type <> 'MAINTAIN'
)
select schema, kind || ' ' || full_name || columns as name,
       format('grant %s on %s %s to %s%s',
              string_agg(lower(privilege_type) || columns, ', ' order by privilege_type collate "C"),
              kind, full_name,
              case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
              case when is_grantable then ' with grant option' else '' end) as ddl
  from given
 where not (grantee = 0 and kind in ('function', 'procedure'))
 group by schema, kind, full_name, columns, grantee, is_grantable
union all
select schema, kind || ' ' || full_name, format('revoke all on %s %s from public', kind, full_name)
  from thing
 where kind in ('function', 'procedure')
   and not exists (select from given
                    where given.kind = thing.kind and given.full_name = thing.full_name
                      and grantee = 0)
union all
select schema, kind || ' ' || full_name,
       format('alter %s %s owner to %I', kind, full_name, pg_get_userbyid(owner))
  from thing where columns = '' and pg_get_userbyid(owner) <> current_user`

const KINDS: readonly string[] = [
  SCHEMAS,
  TYPES,
  SEQUENCES,
  TABLES,
  INDEXES,
  VIEWS,
  FUNCTIONS,
  TRIGGERS,
  ROW_SECURITY,
  RIGHTS,
]
