DROP TABLE point_totals;
DROP TABLE point_balances;
DROP TABLE points_ledger;
DROP FUNCTION check_running_balance();
