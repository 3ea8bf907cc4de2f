-- What is listed and not yet compared. $1: schemas.
WITH members AS MATERIALIZED (
    SELECT classid, objid FROM pg_catalog.pg_depend
    WHERE refclassid = 'pg_catalog.pg_extension'::regclass AND deptype = 'e')
SELECT 'routine' AS kind,
       n.nspname::text AS schema,
       p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' AS name,
       NULL::text AS table_schema,
       NULL::text AS table_name,
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END AS definition
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.oid = ANY ($1::oid[])
  AND NOT EXISTS (
      SELECT 1 FROM members m WHERE m.classid = 'pg_catalog.pg_proc'::regclass AND m.objid = p.oid)
  -- The constructors that come with a range type belong to it.
  AND NOT EXISTS (
      SELECT 1 FROM pg_catalog.pg_depend i
      WHERE i.classid = 'pg_catalog.pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')
UNION ALL
SELECT 'trigger', n.nspname::text, g.tgname::text, n.nspname::text, c.relname::text,
       pg_catalog.pg_get_triggerdef(g.oid)
FROM pg_catalog.pg_trigger g
JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND n.oid = ANY ($1::oid[])
UNION ALL
SELECT 'policy', n.nspname::text, p.polname::text, n.nspname::text, c.relname::text,
       concat_ws(' ', 'USING', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
                 'WITH CHECK', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_catalog.pg_policy p
JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.oid = ANY ($1::oid[])
UNION ALL
SELECT 'extension', n.nspname::text, e.extname::text, NULL, NULL, e.extversion
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
UNION ALL
SELECT 'type', n.nspname::text, t.typname::text, NULL, NULL,
       -- The function that makes a range's values canonical needs the type before: that one is not written down.
       CASE WHEN t.typtype = 'c' THEN (
                SELECT concat('CREATE TYPE ', quote_ident(n.nspname), '.', quote_ident(t.typname), ' AS (', string_agg(concat_ws(
                           ' ', quote_ident(a.attname), pg_catalog.format_type(a.atttypid, a.atttypmod),
                           CASE WHEN a.attcollation <> y.typcollation
                                THEN 'COLLATE ' || a.attcollation::regcollation::text END), ', ' ORDER BY a.attnum), ')')
                FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
                WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
            WHEN t.typtype = 'r' THEN (
                SELECT concat('CREATE TYPE ', quote_ident(n.nspname), '.', quote_ident(t.typname), ' AS RANGE (', concat_ws(
                           ', ', 'SUBTYPE = ' || pg_catalog.format_type(g.rngsubtype, NULL),
                           CASE WHEN NOT o.opcdefault THEN 'SUBTYPE_OPCLASS = ' || quote_ident(o.opcname) END,
                           CASE WHEN g.rngcollation NOT IN (0, 100)
                                THEN 'COLLATION = ' || g.rngcollation::regcollation::text END,
                           CASE WHEN g.rngsubdiff <> 0 THEN 'SUBTYPE_DIFF = ' || g.rngsubdiff::regproc::text END), ')')
                FROM pg_catalog.pg_range g
                JOIN pg_catalog.pg_opclass o ON o.oid = g.rngsubopc
                WHERE g.rngtypid = t.oid AND g.rngcanonical = 0)
       END
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE n.oid = ANY ($1::oid[])
  AND (t.typtype = 'r' OR t.typtype = 'c' AND c.relkind = 'c' OR t.typtype = 'b' AND t.typelem = 0)
  AND NOT EXISTS (
      SELECT 1 FROM members m WHERE m.classid = 'pg_catalog.pg_type'::regclass AND m.objid = t.oid)
UNION ALL
SELECT 'grant', n.nspname::text,
       string_agg(DISTINCT coalesce(r.rolname::text, 'PUBLIC') || ' ' || a.privilege_type, ', '),
       n.nspname::text, c.relname::text, NULL
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(c.relacl) a
LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
WHERE n.oid = ANY ($1::oid[])
  AND a.grantee <> c.relowner
  AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
  AND NOT EXISTS (
      SELECT 1 FROM members m WHERE m.classid = 'pg_catalog.pg_class'::regclass AND m.objid = c.oid)
GROUP BY n.nspname, c.relname
