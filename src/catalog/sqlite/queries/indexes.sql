-- Indexes, one row a key. Origin: c was created, u is a UNIQUE constraint's, pk a primary key's.
SELECT o.name AS table_name, i.name AS name, i."unique" AS is_unique, i.origin AS origin, i.partial AS partial,
       k.name AS column_name, k."desc" AS descending
FROM sqlite_schema o JOIN pragma_index_list(o.name) i JOIN pragma_index_xinfo(i.name) k
WHERE o.type = 'table' AND o.sql NOT LIKE 'CREATE VIRTUAL%' AND k.key
ORDER BY o.name, i.seq, k.seqno
