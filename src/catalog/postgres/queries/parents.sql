-- What tables inherit from, or are partitions of. $1: schemas.
SELECT i.inhrelid AS table_oid,
       i.inhparent AS parent_oid,
       n.nspname::text AS schema,
       p.relname::text AS name
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
WHERE c.relkind IN ('r', 'p', 'f')
  AND c.relnamespace = ANY ($1::oid[])
ORDER BY i.inhrelid, i.inhseqno
