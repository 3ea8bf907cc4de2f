-- Indexes, one row a key. What stands in braces depends on the server.
SELECT CAST(TABLE_NAME AS CHAR) AS table_name,
       CAST(INDEX_NAME AS CHAR) AS name,
       CAST(NON_UNIQUE AS SIGNED) AS non_unique,
       CAST(COLUMN_NAME AS CHAR) AS column_name,
       CAST({expression} AS CHAR) AS expression,
       CAST(COALESCE(COLLATION, 'A') = 'D' AS SIGNED) AS descending,
       CAST(SUB_PART AS SIGNED) AS prefix_length,
       CAST(INDEX_TYPE AS CHAR) AS kind,
       CAST({invisible} AS SIGNED) AS invisible,
       CAST(INDEX_COMMENT AS CHAR) AS comment
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = DATABASE()
ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
