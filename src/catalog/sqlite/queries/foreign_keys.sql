-- Foreign keys, one row a column; "to" is NULL where the declaration lists no columns.
SELECT o.name AS table_name, k.id AS id, k."table" AS referenced_table, k."from" AS column_name,
       k."to" AS referenced_column, k.on_update AS on_update, k.on_delete AS on_delete
FROM sqlite_schema o JOIN pragma_foreign_key_list(o.name) k
WHERE o.type = 'table' AND o.sql NOT LIKE 'CREATE VIRTUAL%'
ORDER BY o.name, k.id, k.seq
