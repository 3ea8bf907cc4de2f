-- Columns of tables, with those that a table inherits, since keys refer to columns by their numbers. $1: schemas.
-- In no order, and with the numbers of their types: sorting them, or printing each type, would cost as much as reading
-- them.
SELECT a.attrelid AS table_oid,
       a.attnum AS number,
       a.attislocal AS is_local,
       a.attname::text AS name,
       a.atttypid AS type_oid,
       a.atttypmod AS type_modifier,
       a.attnotnull AS not_null,
       a.attidentity::text AS identity,
       a.attgenerated::text AS generated,
       a.attcollation AS collation_oid
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE c.relkind IN ('r', 'p')
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND c.relnamespace = ANY ($1::oid[])
