DROP TABLE team_members;
DROP TABLE teams;
DROP TABLE memberships;
DROP TABLE departments;
DROP TABLE organizations;
