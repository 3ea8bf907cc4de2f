-- The parameters that an index gives to the operator class of a key.
SELECT a.attrelid AS index_oid,
       a.attnum AS number,
       (SELECT string_agg(format('%s=%L', split_part(o.option, '=', 1), split_part(o.option, '=', 2)), ', '
                          ORDER BY o.option)
        FROM unnest(a.attoptions) AS o (option)) AS options
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE a.attoptions IS NOT NULL
  AND c.relkind IN ('i', 'I')
