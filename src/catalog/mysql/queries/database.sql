-- The connected database.
SELECT CAST(s.SCHEMA_NAME AS CHAR) AS name,
       CAST(s.DEFAULT_COLLATION_NAME AS CHAR) AS default_collation
FROM information_schema.SCHEMATA s
WHERE s.SCHEMA_NAME = DATABASE()
