-- What foreign keys do when the row that they refer to changes.
SELECT CAST(TABLE_NAME AS CHAR) AS table_name,
       CAST(CONSTRAINT_NAME AS CHAR) AS name,
       CAST(UPDATE_RULE AS CHAR) AS on_update,
       CAST(DELETE_RULE AS CHAR) AS on_delete
FROM information_schema.REFERENTIAL_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = DATABASE()
