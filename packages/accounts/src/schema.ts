/** Version of the tables; rises when an older Hefu could no longer use them. */
export const ACCOUNTS_VERSION = 1;

/** Secrets are never here: digests of random tokens, and argon2id of passwords. Times are milliseconds UTC. */
export const SCHEMA = `
create table users (
  id text primary key,
  name text not null unique,
  display text not null,
  roles text not null,
  member text,
  password text,
  disabled integer not null default 0,
  created_ms integer not null,
  signed_in_ms integer
) strict;

create table sessions (
  hash blob primary key,
  id text not null unique,
  user_id text not null references users (id),
  method text not null,
  created_ms integer not null,
  used_ms integer not null,
  address text not null,
  agent text not null
) strict;
create index sessions_of_user on sessions (user_id);

create table api_keys (
  id text primary key,
  hash blob not null,
  name text not null,
  roles text not null,
  member text,
  user_id text references users (id),
  created_ms integer not null,
  expires_ms integer not null,
  revoked_ms integer,
  used_ms integer
) strict;

create table sign_in_links (
  hash blob primary key,
  user_id text not null references users (id),
  created_ms integer not null,
  expires_ms integer not null
) strict;

create table failures (
  bucket text primary key,
  count integer not null,
  last_ms integer not null,
  until_ms integer not null
) strict;
create index failures_by_age on failures (last_ms);

create table known_addresses (
  user_id text not null references users (id),
  address text not null,
  seen_ms integer not null,
  primary key (user_id, address)
) strict;

create table passkeys (
  id text primary key,
  user_id text not null references users (id),
  name text not null,
  public_key blob not null,
  counter integer not null,
  transports text not null,
  created_ms integer not null,
  used_ms integer
) strict;
create index passkeys_of_user on passkeys (user_id);

create table identities (
  issuer text not null,
  subject text not null,
  user_id text not null references users (id),
  created_ms integer not null,
  primary key (issuer, subject)
) strict;

create table audit (
  seq integer primary key,
  time_ms integer not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  address text not null,
  action text not null,
  target text not null,
  outcome text not null,
  code text not null,
  detail text not null,
  count integer not null,
  hash blob not null
) strict;

create table audit_head (
  one integer primary key check (one = 1),
  seq integer not null,
  hash blob not null,
  seal blob not null
) strict;

-- Against slips of our own; against others there is the chain of hashes.
create trigger audit_is_not_changed before update on audit begin select raise(abort, 'audit lines stay'); end;
create trigger audit_is_not_cut before delete on audit begin select raise(abort, 'audit lines stay'); end;
`;
