-- Foreign keys, one row a column. Their actions are read apart: the server joins the two tables by trying every pair.
SELECT CAST(TABLE_NAME AS CHAR) AS table_name,
       CAST(CONSTRAINT_NAME AS CHAR) AS name,
       CAST(COLUMN_NAME AS CHAR) AS column_name,
       CAST(NULLIF(REFERENCED_TABLE_SCHEMA, DATABASE()) AS CHAR) AS referenced_schema,
       CAST(REFERENCED_TABLE_NAME AS CHAR) AS referenced_table,
       CAST(REFERENCED_COLUMN_NAME AS CHAR) AS referenced_column
FROM information_schema.KEY_COLUMN_USAGE
WHERE TABLE_SCHEMA = DATABASE()
  AND REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION
