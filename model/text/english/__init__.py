"""The English front end: tokens, reading rules, pronunciation."""
