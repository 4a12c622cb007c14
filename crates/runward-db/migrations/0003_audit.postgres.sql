-- Numbers that writers of different projects take side by side.
CREATE SEQUENCE ids_projects;
CREATE SEQUENCE ids_scans;
CREATE SEQUENCE ids_findings;
CREATE SEQUENCE ids_transitions;
CREATE SEQUENCE ids_tasks;
