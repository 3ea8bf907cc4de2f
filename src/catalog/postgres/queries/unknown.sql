-- How often the catalog has an option that is no known parameter of DDL. $1: schemas. What stands in braces are the names
-- of parameters.
SELECT x.what, split_part(x.option, '=', 1) AS name, count(*) AS count
FROM (
    SELECT 'columns' AS what, o.option
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    CROSS JOIN LATERAL unnest(a.attoptions) AS o (option)
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relnamespace = ANY ($1::oid[])
      AND a.attnum > 0 AND o.option !~ {of_column}
    UNION ALL
    SELECT CASE WHEN c.relkind IN ('i', 'I') THEN 'indexes' WHEN c.relkind = 'v' THEN 'views' ELSE 'tables' END, o.option
    FROM pg_catalog.pg_class c
    CROSS JOIN LATERAL unnest(c.reloptions) AS o (option)
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'i', 'I') AND c.relnamespace = ANY ($1::oid[]) AND c.relam < 16384
      AND CASE WHEN c.relkind IN ('i', 'I') THEN o.option !~ {of_index}
               WHEN c.relkind = 'v' THEN o.option !~ {of_view}
               ELSE o.option !~ {of_table} END) x
GROUP BY 1, 2
ORDER BY 1, 2
