-- Views; the definition is empty for users without SHOW VIEW. What stands in braces depends on the server.
SELECT CAST(TABLE_NAME AS CHAR) AS name,
       CAST(VIEW_DEFINITION AS CHAR) AS query,
       CAST(CHECK_OPTION AS CHAR) AS check_option,
       CAST(SECURITY_TYPE AS CHAR) AS security,
       CAST({algorithm} AS CHAR) AS algorithm
FROM information_schema.VIEWS
WHERE TABLE_SCHEMA = DATABASE()
