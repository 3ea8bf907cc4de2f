-- Operator classes, without their schemas, as declarations write them.
SELECT oid, opcname::text AS name, opcmethod AS method_oid, opcintype AS type_oid, opcdefault AS is_default
FROM pg_catalog.pg_opclass
