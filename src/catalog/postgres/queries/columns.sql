-- The columns that a table does not inherit. $1: schemas.
-- A serial column's default is nextval of a sequence that depends on the column (deptype 'a'); an identity column's
-- sequence depends on it internally (deptype 'i'): https://www.postgresql.org/docs/current/catalog-pg-depend.html
SELECT a.attrelid::int8 AS table_oid,
       a.attname::text AS name,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull AS not_null,
       pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) AS default_expr,
       a.attidentity::text AS identity,
       a.attgenerated::text AS generated,
       CASE WHEN a.attcollation <> t.typcollation THEN co.collname::text END AS collation,
       s.deptype = 'a' AS is_serial,
       s.seqrelid::int8 AS sequence_oid,
       pg_catalog.format_type(s.seqtypid, NULL) AS sequence_type,
       s.seqstart AS start,
       s.seqincrement AS increment,
       s.seqmin AS min,
       s.seqmax AS max,
       s.seqcache AS cache,
       s.seqcycle AS cycle,
       d.description AS comment
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
LEFT JOIN LATERAL (
    SELECT q.*, o.deptype::text
    FROM pg_catalog.pg_depend o
    JOIN pg_catalog.pg_sequence q ON q.seqrelid = o.objid
    WHERE o.classid = 'pg_catalog.pg_class'::regclass
      AND o.refclassid = 'pg_catalog.pg_class'::regclass
      AND o.refobjid = a.attrelid
      AND o.refobjsubid = a.attnum
      AND (o.deptype = 'i' AND a.attidentity <> ''
           OR o.deptype = 'a'
              AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
              AND pg_catalog.pg_get_expr(ad.adbin, ad.adrelid)
                  = format('nextval(%L::regclass)', q.seqrelid::regclass::text))
    LIMIT 1) s ON true
WHERE c.relkind IN ('r', 'p')
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND a.attislocal
  AND n.nspname = ANY ($1::text[])
ORDER BY a.attrelid, a.attnum
