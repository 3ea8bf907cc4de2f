-- The connected database, and whether this user sees all of it: information_schema hides tables without a grant.
SELECT CAST(s.SCHEMA_NAME AS CHAR) AS name,
       CAST(s.DEFAULT_COLLATION_NAME AS CHAR) AS default_collation,
       CAST(EXISTS (
                SELECT 1 FROM information_schema.USER_PRIVILEGES u WHERE u.PRIVILEGE_TYPE = 'SELECT')
            OR EXISTS (
                SELECT 1 FROM information_schema.SCHEMA_PRIVILEGES p
                WHERE p.PRIVILEGE_TYPE = 'SELECT' AND DATABASE() LIKE p.TABLE_SCHEMA) AS SIGNED) AS sees_all
FROM information_schema.SCHEMATA s
WHERE s.SCHEMA_NAME = DATABASE()
