-- Base tables, system-versioned tables and MariaDB's sequences.
SELECT CAST(TABLE_NAME AS CHAR) AS name,
       CAST(TABLE_TYPE AS CHAR) AS kind,
       CAST(ENGINE AS CHAR) AS engine,
       CAST(TABLE_COLLATION AS CHAR) AS collation,
       CAST(CREATE_OPTIONS AS CHAR) AS create_options,
       CAST(TABLE_COMMENT AS CHAR) AS comment
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE()
  AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')
