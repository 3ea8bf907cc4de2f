-- The constraints that a table does not inherit. $1: schemas. What stands in braces came with later versions.
-- Columns come as numbers: looking up their names here would take longer than all the rest. Only those of a table
-- outside of the schemas come by name.
SELECT con.conrelid AS table_oid,
       con.conname AS name,
       con.contype AS kind,
       con.condeferrable AS deferrable,
       con.condeferred AS deferred,
       con.convalidated AS validated,
       {con.conenforced} AS enforced,
       {con.conperiod} AS temporal,
       con.connoinherit AS no_inherit,
       con.conindid AS index_oid,
       con.conkey AS columns,
       con.confrelid AS referenced_oid,
       rn.nspname AS referenced_schema,
       rc.relname AS referenced_table,
       con.confkey AS referenced_columns,
       CASE WHEN rn.oid <> ALL ($1::oid[]) THEN ARRAY (
           SELECT a.attname::text
           FROM unnest(con.confkey) WITH ORDINALITY AS k (attnum, at)
           JOIN pg_catalog.pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.attnum
           ORDER BY k.at)
       END AS outside_columns,
       con.confupdtype AS on_update,
       con.confdeltype AS on_delete,
       con.confmatchtype AS match_type,
       {con.confdelsetcols} AS on_delete_columns,
       CASE WHEN con.contype = 'c' THEN pg_catalog.pg_get_expr(con.conbin, con.conrelid) END AS expr,
       CASE WHEN con.contype = 'x' THEN ARRAY (
           SELECT o.oprname::text
           FROM unnest(con.conexclop) WITH ORDINALITY AS k (oid, at)
           JOIN pg_catalog.pg_operator o ON o.oid = k.oid
           ORDER BY k.at)
       END AS operators
FROM pg_catalog.pg_constraint con
JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
LEFT JOIN pg_catalog.pg_class rc ON con.contype = 'f' AND rc.oid = con.confrelid
LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
WHERE con.contype IN ('p', 'u', 'f', 'c', 'x')
  AND c.relkind IN ('r', 'p')
  AND con.conparentid = 0
  AND (con.conislocal OR con.coninhcount = 0)
  AND c.relnamespace = ANY ($1::oid[])
