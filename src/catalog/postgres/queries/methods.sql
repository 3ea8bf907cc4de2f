-- The methods of indexes: btree and the like.
SELECT oid, amname::text AS name
FROM pg_catalog.pg_am
