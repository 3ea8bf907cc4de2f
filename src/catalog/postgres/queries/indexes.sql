-- Indexes of tables and materialized views, with those behind constraints, without those that a partition inherits.
-- $1: schemas. What stands in braces came with a later version, or are the names of storage parameters; those of an
-- extension's access method, whose number is none of the system's, are not known. The vectors have one number for each key;
-- `columns` goes on with the INCLUDE columns. A column of number 0 is an expression.
SELECT i.indexrelid AS oid,
       i.indrelid AS table_oid,
       v.relname AS view_name,
       v.relnamespace AS view_schema_oid,
       ic.relname AS name,
       ic.relam AS method_oid,
       i.indisunique AS is_unique,
       i.indisvalid AS valid,
       {i.indnullsnotdistinct} AS nulls_not_distinct,
       i.indnkeyatts AS key_count,
       i.indkey::text AS columns,
       i.indoption::text AS key_options,
       i.indcollation::text AS collations,
       i.indclass::text AS opclasses,
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
       CASE WHEN ic.reloptions IS NOT NULL THEN ARRAY (
           SELECT o.option FROM unnest(ic.reloptions) AS o (option)
           WHERE o.option ~ {of_index} OR ic.relam >= 16384)
       END AS options,
       CASE WHEN v.oid IS NOT NULL THEN pg_catalog.pg_get_indexdef(i.indexrelid) END AS definition
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
LEFT JOIN pg_catalog.pg_class v ON v.oid = i.indrelid AND v.relkind = 'm'
WHERE ic.relkind IN ('i', 'I')
  AND ic.relnamespace = ANY ($1::oid[])
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.indexrelid)
