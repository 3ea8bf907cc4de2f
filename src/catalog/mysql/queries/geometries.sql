-- The spatial reference systems of MariaDB's columns, which no statement of it prints.
SELECT CAST(G_TABLE_NAME AS CHAR) AS table_name,
       CAST(G_GEOMETRY_COLUMN AS CHAR) AS name,
       CAST(SRID AS SIGNED) AS system
FROM information_schema.GEOMETRY_COLUMNS
WHERE G_TABLE_SCHEMA = DATABASE()
  AND SRID <> 0
