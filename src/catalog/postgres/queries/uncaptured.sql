-- What the catalog says of an object and drift's model has no place for, beside what `attributes.sql` tells of columns:
-- nearly always nothing. $1: schemas. `attribute` and `value` are the words of the DDL, as the SQL reader writes them down;
-- what stands in braces are the names of parameters.
WITH members AS MATERIALIZED (
    SELECT classid, objid FROM pg_catalog.pg_depend
    WHERE refclassid = 'pg_catalog.pg_extension'::regclass AND deptype = 'e'),
relations AS MATERIALIZED (
    SELECT c.oid, c.relkind, c.relam, c.reltablespace, c.reloptions, c.reloftype, c.relpersistence,
           n.nspname::text AS schema, c.relname::text AS name
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relnamespace = ANY ($1::oid[])
      AND c.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_catalog.pg_class'::regclass)),
indexes AS MATERIALIZED (
    -- The index behind a constraint is known by its columns, since its name may be left to the engine.
    SELECT r.reltablespace, t.schema, t.name AS table_name,
           i.indisclustered, r.name AS own_name, con.oid AS constraint_oid,
           CASE WHEN con.oid IS NULL THEN r.name
                ELSE '(' || (SELECT string_agg(a.attname, ', ' ORDER BY k.at)
                             FROM unnest(con.conkey) WITH ORDINALITY AS k (attnum, at)
                             JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) || ')'
           END AS name,
           r.reloptions
    FROM relations r
    JOIN pg_catalog.pg_index i ON i.indexrelid = r.oid
    JOIN relations t ON t.oid = i.indrelid
    LEFT JOIN pg_catalog.pg_constraint con
           ON con.conindid = i.indexrelid AND con.conrelid = i.indrelid AND con.contype IN ('p', 'u', 'x')
    WHERE r.relkind IN ('i', 'I')
      AND (r.reltablespace <> 0 OR r.reloptions IS NOT NULL
           OR r.oid IN (SELECT indexrelid FROM pg_catalog.pg_index WHERE indisclustered)))
SELECT 'column' AS kind, r.schema, r.name AS table_name, a.attname::text AS name, x.attribute, '' AS value
FROM pg_catalog.pg_constraint con
JOIN relations r ON r.oid = con.conrelid
JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = con.conkey[1]
CROSS JOIN LATERAL (VALUES ('NOT NULL NO INHERIT', con.connoinherit), ('NOT NULL NOT VALID', NOT con.convalidated))
    AS x (attribute, holds)
WHERE con.contype = 'n' AND x.holds
UNION ALL
SELECT CASE WHEN r.relkind = 'm' THEN 'view' ELSE 'table' END, r.schema, NULL, r.name, x.attribute, x.value
FROM relations r
LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = r.reltablespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = r.relam
CROSS JOIN LATERAL (VALUES
    ('TABLESPACE', s.spcname::text),
    ('USING', CASE WHEN am.amname <> 'heap' THEN am.amname::text END),
    ('OF', CASE WHEN r.reloftype <> 0 THEN pg_catalog.format_type(r.reloftype, NULL) END)) AS x (attribute, value)
WHERE r.relkind IN ('r', 'p', 'm') AND x.value IS NOT NULL
UNION ALL
SELECT 'table', i.schema, NULL, i.table_name, 'CLUSTER ON', i.own_name
FROM indexes i
WHERE i.indisclustered
UNION ALL
SELECT 'index', i.schema, i.table_name, i.name, CASE WHEN i.constraint_oid IS NULL THEN 'TABLESPACE'
                                                     ELSE 'TABLESPACE of the index' END, s.spcname::text
FROM indexes i
JOIN pg_catalog.pg_tablespace s ON s.oid = i.reltablespace
UNION ALL
SELECT 'index', i.schema, i.table_name, i.name, upper(split_part(o.option, '=', 1)) || ' of the index',
       split_part(o.option, '=', 2)
FROM indexes i
CROSS JOIN LATERAL unnest(i.reloptions) AS o (option)
WHERE i.constraint_oid IS NOT NULL AND o.option <> 'fillfactor=100' AND o.option ~ {of_index}
UNION ALL
SELECT 'view', r.schema, NULL, r.name, upper(split_part(o.option, '=', 1)), split_part(o.option, '=', 2)
FROM relations r
CROSS JOIN LATERAL unnest(r.reloptions) AS o (option)
WHERE r.relkind = 'v' AND o.option ~ {of_view}
   OR r.relkind = 'm' AND (o.option ~ {of_table} OR r.relam >= 16384)
UNION ALL
SELECT 'view', r.schema, NULL, r.name, 'DEFAULT of column ' || a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
FROM pg_catalog.pg_attrdef d
JOIN relations r ON r.oid = d.adrelid
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE r.relkind = 'v'
UNION ALL
SELECT CASE r.relkind WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' ELSE 'view' END, r.schema, NULL, r.name,
       'COMMENT' || CASE WHEN d.objsubid > 0 THEN ' on column ' || a.attname ELSE '' END, d.description
FROM pg_catalog.pg_description d
JOIN relations r ON r.oid = d.objoid
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
WHERE d.classoid = 'pg_catalog.pg_class'::regclass
  AND (r.relkind IN ('v', 'm') AND d.objsubid > 0
       OR r.relkind IN ('i', 'I') AND EXISTS (
           SELECT 1 FROM pg_catalog.pg_constraint con
           WHERE con.conindid = d.objoid AND con.contype IN ('p', 'u', 'x')))
UNION ALL
SELECT 'table', r.schema, NULL, r.name, 'COMMENT on constraint ' || con.conname, d.description
FROM pg_catalog.pg_description d
JOIN pg_catalog.pg_constraint con ON con.oid = d.objoid
JOIN relations r ON r.oid = con.conrelid
WHERE d.classoid = 'pg_catalog.pg_constraint'::regclass
UNION ALL
SELECT 'schema', NULL, NULL, n.nspname::text, 'COMMENT', d.description
FROM pg_catalog.pg_description d
JOIN pg_catalog.pg_namespace n ON n.oid = d.objoid
WHERE d.classoid = 'pg_catalog.pg_namespace'::regclass
  AND n.oid = ANY ($1::oid[])
  AND d.description <> 'standard public schema'
UNION ALL
SELECT 'sequence', r.schema, NULL, r.name, 'PERSISTENCE', 'UNLOGGED'
FROM relations r
WHERE r.relkind = 'S' AND r.relpersistence = 'u'
  AND NOT EXISTS (
      SELECT 1 FROM pg_catalog.pg_depend o
      WHERE o.classid = 'pg_catalog.pg_class'::regclass AND o.objid = r.oid AND o.deptype IN ('a', 'i'))
UNION ALL
-- Kinds of object that drift does not read. Objects of the system have smaller numbers than 16384.
SELECT 'other', NULL, NULL, o.name::text, o.what, ''
FROM (
    SELECT 'RULE' AS what, w.rulename AS name, 'pg_catalog.pg_rewrite'::regclass AS classid, w.oid
    FROM pg_catalog.pg_rewrite w JOIN relations r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'
    UNION ALL SELECT 'STATISTICS', stxname, 'pg_catalog.pg_statistic_ext'::regclass, oid FROM pg_catalog.pg_statistic_ext
    UNION ALL SELECT 'PUBLICATION', pubname, 'pg_catalog.pg_publication'::regclass, oid FROM pg_catalog.pg_publication
    UNION ALL SELECT 'EVENT TRIGGER', evtname, 'pg_catalog.pg_event_trigger'::regclass, oid
              FROM pg_catalog.pg_event_trigger
    UNION ALL SELECT 'COLLATION', collname, 'pg_catalog.pg_collation'::regclass, oid FROM pg_catalog.pg_collation
    UNION ALL SELECT 'CONVERSION', conname, 'pg_catalog.pg_conversion'::regclass, oid FROM pg_catalog.pg_conversion
    UNION ALL SELECT 'CAST', concat(castsource::regtype, ' AS ', casttarget::regtype),
                     'pg_catalog.pg_cast'::regclass, oid FROM pg_catalog.pg_cast
              -- A range type brings its own.
              WHERE oid NOT IN (SELECT i.objid FROM pg_catalog.pg_depend i
                                WHERE i.classid = 'pg_catalog.pg_cast'::regclass AND i.deptype = 'i')
    UNION ALL SELECT 'OPERATOR', oprname, 'pg_catalog.pg_operator'::regclass, oid FROM pg_catalog.pg_operator
    UNION ALL SELECT 'OPERATOR CLASS', opcname, 'pg_catalog.pg_opclass'::regclass, oid FROM pg_catalog.pg_opclass
    UNION ALL SELECT 'OPERATOR FAMILY', opfname, 'pg_catalog.pg_opfamily'::regclass, oid FROM pg_catalog.pg_opfamily
    UNION ALL SELECT 'TEXT SEARCH', cfgname, 'pg_catalog.pg_ts_config'::regclass, oid FROM pg_catalog.pg_ts_config
    UNION ALL SELECT 'TEXT SEARCH', dictname, 'pg_catalog.pg_ts_dict'::regclass, oid FROM pg_catalog.pg_ts_dict
    UNION ALL SELECT 'FOREIGN DATA WRAPPER', fdwname, 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid
              FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT 'SERVER', srvname, 'pg_catalog.pg_foreign_server'::regclass, oid FROM pg_catalog.pg_foreign_server
    UNION ALL SELECT 'ACCESS METHOD', amname, 'pg_catalog.pg_am'::regclass, oid FROM pg_catalog.pg_am
    UNION ALL SELECT 'DEFAULT PRIVILEGES', pg_catalog.pg_get_userbyid(defaclrole), 'pg_catalog.pg_default_acl'::regclass,
                     oid FROM pg_catalog.pg_default_acl) o
WHERE o.oid >= 16384
  AND NOT EXISTS (SELECT 1 FROM members m WHERE m.classid = o.classid AND m.objid = o.oid)
