-- The sequences behind identity and serial columns. $1: schemas.
-- A serial column's default is nextval of a sequence that depends on the column (deptype 'a'); an identity column's
-- sequence depends on it internally (deptype 'i'): https://www.postgresql.org/docs/current/catalog-pg-depend.html
SELECT a.attrelid AS table_oid,
       a.attnum AS number,
       o.deptype = 'a' AS is_serial,
       s.seqrelid AS oid,
       pg_catalog.format_type(s.seqtypid, NULL) AS type,
       s.seqstart AS start,
       s.seqincrement AS increment,
       s.seqmin AS min,
       s.seqmax AS max,
       s.seqcache AS cache,
       s.seqcycle AS cycle
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_depend o
  ON o.classid = 'pg_catalog.pg_class'::regclass AND o.objid = s.seqrelid
 AND o.refclassid = 'pg_catalog.pg_class'::regclass
JOIN pg_catalog.pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
WHERE c.relkind IN ('r', 'p')
  AND c.relnamespace = ANY ($1::oid[])
  AND (o.deptype = 'i' AND a.attidentity <> ''
       OR o.deptype = 'a'
          AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
          AND pg_catalog.pg_get_expr(ad.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE a.attrelid END)
              = format('nextval(%L::regclass)', s.seqrelid::regclass::text))
