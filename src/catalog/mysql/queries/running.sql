-- How many of them run in this database, as far as the user may see other sessions.
SELECT COUNT(*) AS count
FROM information_schema.PROCESSLIST
WHERE DB = DATABASE() AND INFO REGEXP '^[[:space:]]*(ALTER|CREATE|DROP|RENAME|TRUNCATE|OPTIMIZE)[[:space:]]'
