DROP TABLE data_export_parts;
DROP TABLE data_exports;
