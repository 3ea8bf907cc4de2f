-- Columns. A virtual table whose module is absent cannot be asked.
SELECT o.name AS table_name, c.name AS name, c.type AS type, c."notnull" AS not_null, c.dflt_value AS default_text,
       c.pk AS key_position, c.hidden AS hidden
FROM sqlite_schema o JOIN pragma_table_xinfo(o.name) c
WHERE o.type = 'table' AND o.sql NOT LIKE 'CREATE VIRTUAL%'
ORDER BY o.name, c.cid
