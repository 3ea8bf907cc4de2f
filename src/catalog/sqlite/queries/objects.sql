-- The definitions, in the order in which they were made. Names with sqlite_ are the engine's own.
SELECT o.type AS kind, o.name AS name, o.tbl_name AS table_name, o.sql AS definition
FROM sqlite_schema o
WHERE o.sql IS NOT NULL AND o.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY o.rowid
