-- Columns of tables, with those that a table inherits, since keys refer to columns by their numbers. $1: schemas.
-- In no order, with the numbers of their types, and with names and codes as they are kept: sorting them, printing each
-- type, or a cast of each to text would cost as much as reading them.
SELECT a.attrelid AS table_oid,
       a.attnum AS number,
       a.attislocal AS is_local,
       a.attname AS name,
       a.atttypid AS type_oid,
       a.atttypmod AS type_modifier,
       a.attnotnull AS not_null,
       a.attidentity AS identity,
       a.attgenerated AS generated,
       a.attcollation AS collation_oid
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE c.relkind IN ('r', 'p')
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND c.relnamespace = ANY ($1::oid[])
