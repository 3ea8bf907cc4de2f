-- Ordinary, partitioned and foreign tables. $1: schemas. What stands in braces are the names of storage parameters; those
-- of an extension's access method, whose number is none of the system's, are not known.
SELECT c.oid AS oid,
       c.relnamespace AS schema_oid,
       c.relname AS name,
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
       CASE WHEN c.reloptions IS NOT NULL OR t.oid IS NOT NULL
            THEN ARRAY (SELECT o.option FROM unnest(c.reloptions) AS o (option)
                        WHERE o.option ~ {of_table} OR c.relam >= 16384)
                 || ARRAY (SELECT 'toast.' || o.option FROM unnest(t.reloptions) AS o (option)
                           WHERE o.option ~ {of_table})
       END AS options,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_by,
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS bound
FROM pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL
WHERE c.relkind IN ('r', 'p', 'f')
  AND c.relnamespace = ANY ($1::oid[])
  AND c.oid NOT IN (
      SELECT e.objid FROM pg_catalog.pg_depend e
      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
        AND e.classid = 'pg_catalog.pg_class'::regclass)
