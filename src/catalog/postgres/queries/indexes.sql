-- Indexes of tables and materialized views, with those behind constraints, without those that a partition inherits.
-- $1: schemas. The arrays have one element for each key, then for each INCLUDE column. An operator class goes without
-- its schema, as declarations write it.
SELECT i.indexrelid::int8 AS oid,
       i.indrelid::int8 AS table_oid,
       tn.nspname::text AS table_schema,
       t.relname::text AS table_name,
       t.relkind = 'm' AS of_view,
       ic.relname::text AS name,
       am.amname::text AS method,
       i.indisunique AS is_unique,
       i.indisvalid AS valid,
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false) AS nulls_not_distinct,
       i.indnkeyatts AS key_count,
       keys.columns AS columns,
       keys.definitions AS definitions,
       keys.options AS key_options,
       keys.collations AS collations,
       keys.opclasses AS opclasses,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       coalesce(ic.reloptions, '{}') AS options,
       EXISTS (
           SELECT 1 FROM pg_catalog.pg_constraint con
           WHERE con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x')) AS of_constraint,
       CASE WHEN t.relkind = 'm' THEN pg_catalog.pg_get_indexdef(i.indexrelid) END AS definition,
       d.description AS comment
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = ic.relam
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = ic.oid AND d.objsubid = 0
CROSS JOIN LATERAL (
    SELECT array_agg(a.attname::text ORDER BY k.at) AS columns,
           array_agg(CASE WHEN k.attnum = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.at::int, false) END
                     ORDER BY k.at) AS definitions,
           array_agg(coalesce(i.indoption[k.at::int - 1], 0)::int4 ORDER BY k.at) AS options,
           -- A key's collation is its column's; an expression's comes from a column that it names, or is the default (100).
           array_agg(CASE WHEN ia.attcollation NOT IN (0, coalesce(a.attcollation, 0))
                               AND (k.attnum <> 0 OR ia.attcollation <> 100
                                    AND NOT EXISTS (
                                        SELECT 1 FROM pg_catalog.pg_attribute x
                                        JOIN pg_catalog.pg_depend p ON p.refobjsubid = x.attnum
                                        WHERE x.attrelid = i.indrelid AND x.attcollation = ia.attcollation
                                          AND p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = i.indexrelid
                                          AND p.refclassid = 'pg_catalog.pg_class'::regclass
                                          AND p.refobjid = i.indrelid))
                          THEN co.collname::text END
                     ORDER BY k.at) AS collations,
           array_agg(CASE WHEN NOT oc.opcdefault OR xo.parameters IS NOT NULL THEN
                          oc.opcname || coalesce('(' || xo.parameters || ')', '') END
                     ORDER BY k.at) AS opclasses
    FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, at)
    JOIN pg_catalog.pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = k.at
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum <> 0
    LEFT JOIN pg_catalog.pg_collation co ON co.oid = ia.attcollation
    LEFT JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[k.at::int - 1]
    CROSS JOIN LATERAL (
        SELECT string_agg(format('%s=%L', split_part(o.option, '=', 1), split_part(o.option, '=', 2)), ', '
                          ORDER BY o.option) AS parameters
        FROM jsonb_array_elements_text(nullif(to_jsonb(ia) -> 'attoptions', 'null')) AS o (option)) xo) keys
WHERE t.relkind IN ('r', 'p', 'm')
  AND tn.nspname = ANY ($1::text[])
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_inherits h WHERE h.inhrelid = i.indexrelid)
ORDER BY i.indrelid, ic.relname
