-- The defaults of columns, and the expressions of generated ones. $1: schemas.
-- Without the table where no column is named: to know a table's columns, the server would have to open it.
SELECT ad.adrelid AS table_oid,
       ad.adnum AS number,
       pg_catalog.pg_get_expr(ad.adbin, CASE WHEN strpos(ad.adbin::text, '{VAR ') > 0 THEN ad.adrelid ELSE 0 END) AS expr
FROM pg_catalog.pg_attrdef ad
JOIN pg_catalog.pg_class c ON c.oid = ad.adrelid
WHERE c.relkind IN ('r', 'p')
  AND c.relnamespace = ANY ($1::oid[])
