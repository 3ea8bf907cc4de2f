-- How many statements that change schemas the server has seen begin.
SHOW GLOBAL STATUS WHERE Variable_name IN (
    'Com_alter_table', 'Com_create_table', 'Com_drop_table', 'Com_rename_table', 'Com_truncate', 'Com_create_index',
    'Com_drop_index', 'Com_create_view', 'Com_drop_view', 'Com_create_sequence', 'Com_alter_sequence',
    'Com_drop_sequence', 'Com_create_db', 'Com_alter_db', 'Com_drop_db', 'Com_create_trigger', 'Com_drop_trigger')
