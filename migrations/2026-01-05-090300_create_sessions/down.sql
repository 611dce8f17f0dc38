DROP TABLE sign_in_links;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
