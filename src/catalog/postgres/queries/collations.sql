-- Collations, without their schemas, as declarations write them.
SELECT oid, collname::text AS name
FROM pg_catalog.pg_collation
