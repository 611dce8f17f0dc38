ALTER TABLE sessions DROP CONSTRAINT sessions_method_check;
DELETE FROM sessions WHERE method IN ('MICROSOFT', 'GITHUB', 'OIDC');
ALTER TABLE sessions ADD CONSTRAINT sessions_method_check CHECK (method IN ('DEMO', 'LINK', 'COMMAND'));
DROP TABLE sign_in_accounts;
DROP TABLE sign_in_attempts;
