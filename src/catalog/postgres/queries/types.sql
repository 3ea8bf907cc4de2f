-- How types are printed, each with a modifier. $1, $2: types and modifiers, pairwise.
SELECT u.oid AS oid,
       u.modifier AS modifier,
       pg_catalog.format_type(u.oid, u.modifier) AS name,
       t.typcollation AS collation_oid
FROM unnest($1::oid[], $2::int4[]) AS u (oid, modifier)
JOIN pg_catalog.pg_type t ON t.oid = u.oid
