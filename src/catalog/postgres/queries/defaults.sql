-- The defaults of columns, and the expressions of generated ones. $1: schemas.
SELECT ad.adrelid AS table_oid,
       ad.adnum AS number,
       pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) AS expr
FROM pg_catalog.pg_attrdef ad
JOIN pg_catalog.pg_class c ON c.oid = ad.adrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
  AND n.nspname = ANY ($1::text[])
