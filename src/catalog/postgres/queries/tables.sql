-- Ordinary, partitioned and foreign tables. $1: schemas.
SELECT c.oid AS oid,
       n.nspname::text AS schema,
       c.relname::text AS name,
       c.relkind = 'f' AS is_foreign,
       c.relpersistence = 'u' AS unlogged,
       c.relrowsecurity AS row_security,
       c.relforcerowsecurity AS forces_row_security,
       CASE c.relreplident
           WHEN 'n' THEN 'NOTHING'
           WHEN 'f' THEN 'FULL'
           WHEN 'i' THEN (SELECT 'USING INDEX ' || quote_ident(ic.relname)
                          FROM pg_catalog.pg_index i
                          JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
                          WHERE i.indrelid = c.oid AND i.indisreplident)
       END AS replica_identity,
       coalesce(c.reloptions, '{}')
           || coalesce((SELECT array_agg('toast.' || o.option)
                        FROM pg_catalog.pg_class t CROSS JOIN LATERAL unnest(t.reloptions) AS o (option)
                        WHERE t.oid = c.reltoastrelid), '{}') AS options,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_by,
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS bound,
       parents.schemas AS parent_schemas,
       parents.names AS parent_names,
       d.description AS comment
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(pn.nspname::text ORDER BY i.inhseqno), '{}') AS schemas,
           coalesce(array_agg(pc.relname::text ORDER BY i.inhseqno), '{}') AS names
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent
    JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
    WHERE i.inhrelid = c.oid) parents
WHERE c.relkind IN ('r', 'p', 'f')
  AND n.nspname = ANY ($1::text[])
  AND NOT EXISTS (
      SELECT 1 FROM pg_catalog.pg_depend e
      WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
