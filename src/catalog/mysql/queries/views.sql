-- Views; the definition is empty for users without SHOW VIEW.
SELECT CAST(TABLE_NAME AS CHAR) AS name,
       CAST(VIEW_DEFINITION AS CHAR) AS query
FROM information_schema.VIEWS
WHERE TABLE_SCHEMA = DATABASE()
