-- One owner, who makes and changes tables, and two roles that own nothing: su postgres -c psql
create role rujukan_owner login password 'ONE';
create role rujukan_web login password 'TWO';
create role rujukan_worker login password 'THREE';
create database rujukan owner rujukan_owner encoding 'UTF8' template template0;
revoke all on database rujukan from public;
grant connect on database rujukan to rujukan_web, rujukan_worker;
-- Its log would quote rows in the details of errors.
alter database rujukan set log_error_verbosity = terse;
