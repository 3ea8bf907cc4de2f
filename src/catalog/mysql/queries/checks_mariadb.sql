-- CHECK constraints; those of a column (LEVEL) have its name and none of their own.
SELECT CAST(TABLE_NAME AS CHAR) AS table_name,
       CAST(CONSTRAINT_NAME AS CHAR) AS name,
       CAST(CHECK_CLAUSE AS CHAR) AS clause,
       CAST(LEVEL = 'Column' AS SIGNED) AS of_column,
       CAST(1 AS SIGNED) AS enforced
FROM information_schema.CHECK_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = DATABASE()
