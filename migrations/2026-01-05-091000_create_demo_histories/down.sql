DROP TABLE demo_histories;
