-- Indexes of tables and materialized views, with those behind constraints, without those that a partition inherits.
-- $1: schemas. What stands in braces came with a later version. The slices make arrays of the catalog's vectors, with one
-- element for each key; `columns` goes on with the INCLUDE columns. A column of number 0 is an expression.
SELECT i.indexrelid AS oid,
       i.indrelid AS table_oid,
       tn.nspname::text AS table_schema,
       t.relname::text AS table_name,
       t.relkind = 'm' AS of_view,
       ic.relname::text AS name,
       am.amname::text AS method,
       i.indisunique AS is_unique,
       i.indisvalid AS valid,
       {i.indnullsnotdistinct} AS nulls_not_distinct,
       i.indnkeyatts AS key_count,
       (i.indkey::int2[])[0:] AS columns,
       (i.indoption::int2[])[0:] AS key_options,
       (i.indcollation::oid[])[0:] AS collations,
       (i.indclass::oid[])[0:] AS opclasses,
       CASE WHEN i.indexprs IS NOT NULL THEN ARRAY (
           SELECT CASE WHEN k.attnum = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.at::int, false) END
           FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, at)
           ORDER BY k.at)
       END AS definitions,
       -- An expression has the collation of a column that it names, unless it says another.
       CASE WHEN i.indexprs IS NOT NULL THEN ARRAY (
           SELECT a.attcollation
           FROM pg_catalog.pg_depend p
           JOIN pg_catalog.pg_attribute a ON a.attrelid = p.refobjid AND a.attnum = p.refobjsubid
           WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = i.indexrelid
             AND p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjid = i.indrelid)
       END AS collations_of_columns,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       ic.reloptions AS options,
       con.oid IS NOT NULL AS of_constraint,
       CASE WHEN t.relkind = 'm' THEN pg_catalog.pg_get_indexdef(i.indexrelid) END AS definition,
       d.description AS comment
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = ic.relam
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_constraint con ON con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = ic.oid AND d.objsubid = 0
WHERE t.relkind IN ('r', 'p', 'm')
  AND tn.nspname = ANY ($1::text[])
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.indexrelid)
