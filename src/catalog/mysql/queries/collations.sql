-- Which character set a collation belongs to, and whether it is the one that the set implies.
SELECT CAST({name} AS CHAR) AS name,
       CAST(CHARACTER_SET_NAME AS CHAR) AS charset,
       CAST(IS_DEFAULT = 'Yes' AS SIGNED) AS is_default
FROM information_schema.{view}
WHERE CHARACTER_SET_NAME IS NOT NULL
