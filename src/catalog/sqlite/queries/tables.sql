-- Tables; shadow tables belong to a virtual one.
SELECT l.name AS name, l.type AS kind, l.wr AS without_rowid, l.strict AS strict
FROM pragma_table_list l
WHERE l.schema = 'main' AND l.type IN ('table', 'virtual', 'shadow') AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY l.name
