-- What the planner might run of what users have made, by the names under which an expression would call it: functions,
-- which are computed in advance where their arguments are constants, or put in place of their call; the operators and
-- casts behind which they stand; and types whose values are checked when they are read. An extension's functions and
-- those in C are the administrator's.
WITH own AS (
    SELECT p.oid, p.proname::text AS name
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE l.lanname NOT IN ('internal', 'c')
      AND p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      AND NOT EXISTS (
          SELECT 1 FROM pg_catalog.pg_depend e
          WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
), guarded AS (
    SELECT 1
    FROM pg_catalog.pg_constraint c
    JOIN pg_catalog.pg_depend d
      ON d.classid = 'pg_catalog.pg_constraint'::regclass AND d.objid = c.oid
     AND d.refclassid = 'pg_catalog.pg_proc'::regclass
    JOIN own ON own.oid = d.refobjid
    WHERE c.contypid <> 0
)
SELECT name FROM own
UNION
SELECT o.oprname::text FROM pg_catalog.pg_operator o JOIN own ON own.oid = o.oprcode
UNION
SELECT t.typname::text
FROM pg_catalog.pg_cast c
JOIN own ON own.oid = c.castfunc
JOIN pg_catalog.pg_type t ON t.oid IN (c.castsource, c.casttarget)
WHERE t.typnamespace <> 'pg_catalog'::regnamespace
UNION
SELECT t.typname::text
FROM pg_catalog.pg_type t
WHERE t.typnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  AND t.typtype IN ('d', 'c') AND EXISTS (SELECT 1 FROM guarded)
