-- Comments on tables and indexes (`number` 0) and on columns. $1: schemas.
SELECT d.objoid AS relation_oid,
       d.objsubid AS number,
       d.description AS text
FROM pg_catalog.pg_description d
JOIN pg_catalog.pg_class c ON c.oid = d.objoid
WHERE d.classoid = 'pg_catalog.pg_class'::regclass
  AND c.relkind IN ('r', 'p', 'i', 'I')
  AND c.relnamespace = ANY ($1::oid[])
