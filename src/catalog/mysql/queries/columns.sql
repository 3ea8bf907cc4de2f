-- Columns of tables and views. What stands in braces depends on the server.
SELECT CAST(TABLE_NAME AS CHAR) AS table_name,
       CAST(COLUMN_NAME AS CHAR) AS name,
       CAST(DATA_TYPE AS CHAR) AS data_type,
       CAST(COLUMN_TYPE AS CHAR) AS type,
       CAST(IS_NULLABLE = 'YES' AS SIGNED) AS nullable,
       CAST(COLUMN_DEFAULT AS CHAR) AS default_text,
       CAST(EXTRA AS CHAR) AS extra,
       CAST(GENERATION_EXPRESSION AS CHAR) AS generation,
       CAST(CHARACTER_SET_NAME AS CHAR) AS charset,
       CAST(COLLATION_NAME AS CHAR) AS collation,
       CAST(COLUMN_COMMENT AS CHAR) AS comment,
       CAST({srid} AS SIGNED) AS srid
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = DATABASE()
ORDER BY TABLE_NAME, ORDINAL_POSITION
