-- The constraints that a table does not inherit. $1: schemas.
-- Columns that came with later versions are read through to_jsonb: where they are absent, it yields NULL.
SELECT con.conrelid::int8 AS table_oid,
       con.conname::text AS name,
       con.contype::text AS kind,
       con.condeferrable AS deferrable,
       con.condeferred AS deferred,
       con.convalidated AS validated,
       coalesce((to_jsonb(con) ->> 'conenforced')::bool, true) AS enforced,
       coalesce((to_jsonb(con) ->> 'conperiod')::bool, false) AS temporal,
       con.connoinherit AS no_inherit,
       con.conindid::int8 AS index_oid,
       own.names AS columns,
       rn.nspname::text AS referenced_schema,
       rc.relname::text AS referenced_table,
       CASE WHEN con.contype = 'f' THEN referenced.names END AS referenced_columns,
       con.confupdtype::text AS on_update,
       con.confdeltype::text AS on_delete,
       con.confmatchtype::text AS match_type,
       set_columns.names AS on_delete_columns,
       CASE WHEN con.contype = 'c' THEN pg_catalog.pg_get_expr(con.conbin, con.conrelid) END AS expr,
       CASE WHEN con.contype = 'x' THEN operators.names END AS operators
FROM pg_catalog.pg_constraint con
JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class rc ON con.contype = 'f' AND rc.oid = con.confrelid
LEFT JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(a.attname::text ORDER BY k.at), '{}') AS names
    FROM unnest(con.conkey) WITH ORDINALITY AS k (attnum, at)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum) own
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(a.attname::text ORDER BY k.at), '{}') AS names
    FROM unnest(con.confkey) WITH ORDINALITY AS k (attnum, at)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.attnum) referenced
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(a.attname::text ORDER BY k.at), '{}') AS names
    FROM jsonb_array_elements_text(nullif(to_jsonb(con) -> 'confdelsetcols', 'null'))
             WITH ORDINALITY AS k (attnum, at)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum::int2) set_columns
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(o.oprname::text ORDER BY k.at), '{}') AS names
    FROM unnest(con.conexclop) WITH ORDINALITY AS k (oid, at)
    JOIN pg_catalog.pg_operator o ON o.oid = k.oid) operators
WHERE con.contype IN ('p', 'u', 'f', 'c', 'x')
  AND c.relkind IN ('r', 'p')
  AND con.conparentid = 0
  AND (con.conislocal OR con.coninhcount = 0)
  AND n.nspname = ANY ($1::text[])
ORDER BY con.conrelid, con.conname
