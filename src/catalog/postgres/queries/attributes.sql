-- What is seldom said of a column of a table, or of a key of an index, in the words of the DDL: for nearly all of them
-- nothing. $1: schemas. What stands in braces came with a later version. Options are taken by their names, since servers
-- may keep some of their own in every column; those of an index's key are the parameters of its operator class.
SELECT a.attrelid AS relation_oid,
       a.attnum AS number,
       CASE WHEN a.attstorage <> t.typstorage
            THEN CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' WHEN 'x' THEN 'EXTENDED' END
       END AS storage,
       CASE {a.attcompression} WHEN '' THEN NULL WHEN 'l' THEN 'LZ4' WHEN 'p' THEN 'PGLZ' END AS compression,
       CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::text END AS statistics,
       CASE WHEN c.relkind IN ('i', 'I') THEN a.attoptions
            ELSE ARRAY (SELECT o.option FROM unnest(a.attoptions) AS o (option) WHERE o.option ~ {of_column})
       END AS options,
       array_to_string(a.attacl, ', ') AS grants
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE (a.attlen = -1 AND (a.attstorage <> 'x' OR a.atttypid IN (
           SELECT u.oid FROM pg_catalog.pg_type u WHERE u.typlen = -1 AND u.typstorage <> 'x'))
       OR {a.attcompression} <> '' OR a.attstattarget >= 0 OR a.attoptions IS NOT NULL OR a.attacl IS NOT NULL)
  -- The first condition leaves few to be looked at by their types.
  AND (a.attstorage <> t.typstorage OR {a.attcompression} <> '' OR a.attstattarget >= 0 OR a.attacl IS NOT NULL
       OR a.attoptions IS NOT NULL AND (c.relkind IN ('i', 'I') OR a.attoptions::text LIKE '%n\_distinct%'))
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND c.relkind IN ('r', 'p', 'i', 'I')
  AND c.relnamespace = ANY ($1::oid[])
