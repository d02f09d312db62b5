const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Users of one node: an organisation's people, not the public. */
export const USERS_MAX = 10_000;
/** API keys that count at the same time. */
export const API_KEYS_MAX = 10_000;
/** Roles in all; nobody can name more. */
export const ROLES_MAX = 5;

/** Characters of the name somebody signs in with. */
export const USER_NAME_CHARS_MAX = 64;
/** Characters of a name for people to read. */
export const DISPLAY_CHARS_MAX = 100;
/** Characters of what a client says it is; more is cut. */
export const AGENT_CHARS_MAX = 200;
/** Characters of an address as text: IPv6 with a zone has fewer. */
export const ADDRESS_CHARS_MAX = 64;

/** Shortest password (OWASP ASVS 2.1.1). */
export const PASSWORD_CHARS_MIN = 12;
/** Longest password: longer ones only cost hashing (OWASP ASVS 2.1.2 wants 64 at least, and a limit at 128). */
export const PASSWORD_CHARS_MAX = 128;

/** A session ends so long after it began, whatever is done in it (OWASP ASVS 3.3.2). */
export const SESSION_LIFE_MS: number = 12 * HOUR_MS;
/** A session ends when it was not used for so long (OWASP ASVS 3.3.2). */
export const SESSION_IDLE_MS: number = 30 * MINUTE_MS;
/** How often the use of a session or key is noted: each note is a write. */
export const USE_NOTED_MS: number = MINUTE_MS;
/** Sessions of one user; a further one ends the oldest. */
export const SESSIONS_PER_USER_MAX = 20;
/** For so long after a sign-in by link a password can be set without the old one. */
export const LINK_PASSWORD_MS: number = 15 * MINUTE_MS;

/** For so long after a sign-in one may change by what one signs in (OWASP ASVS 5.0 §7.5.1): a browser left open is not enough. */
export const SESSION_FRESH_MS: number = 15 * MINUTE_MS;

/** Passkeys of one user. */
export const PASSKEYS_PER_USER_MAX = 20;

/** Life of a sign-in link that an administrator makes. */
export const LINK_LIFE_MS: number = HOUR_MS;

/** Life of an API key unless its maker says otherwise. */
export const API_KEY_LIFE_MS_DEFAULT: number = 365 * DAY_MS;
/** Longest life of an API key. */
export const API_KEY_LIFE_MS_MAX: number = 5 * 365 * DAY_MS;

/** Wrong passwords for a name from one address that cost no waiting: typing errors. */
export const PAIR_FREE_FAILURES = 5;
/** Wrong passwords for a name from addresses that never got in with it. */
export const NAME_FREE_FAILURES = 10;
/** Wrong passwords from one address for whatever names: an office may share one. */
export const ADDRESS_FREE_FAILURES = 50;
/** First wait; each further failure doubles it. */
export const WAIT_MS_MIN: number = 2 * SECOND_MS;
/** Longest wait: some hundred guesses a day, and nobody is kept out for longer than that. */
export const WAIT_MS_MAX: number = 15 * MINUTE_MS;
/** Failures older than this are forgotten. */
export const FAILURES_KEPT_MS: number = DAY_MS;
/** An address from which somebody got in is known for so long, and strangers' failures elsewhere do not slow it. */
export const ADDRESS_KNOWN_MS: number = 30 * DAY_MS;
/** Addresses known of one user; the oldest is forgotten for a further one. */
export const ADDRESSES_PER_USER_MAX = 20;
/** Throttled names and addresses kept; the longest unused go first. */
export const BUCKETS_MAX = 50_000;

/** Passwords that are hashed at the same time. Each takes 19 MiB and a thread of the four that files need too. */
export const HASHES_AT_ONCE_MAX = 2;
/** Passwords that wait for their turn: some two seconds of work. A further one is turned away as busy. */
export const HASHES_WAITING_MAX = 64;

/** Refusals of one kind within this time are told by one line with their count. */
export const REFUSALS_WINDOW_MS: number = MINUTE_MS;
/** Kinds of refusals counted at the same time; the rest is told by one line for all. */
export const REFUSAL_KINDS_MAX = 1_000;
/** Lines of the audit trail that wait for a disk that takes them: as many as requests can be under way. */
export const WAITING_LINES_MAX = 10_000;
/** Lines of the audit trail in one answer. */
export const AUDIT_PAGE_MAX = 1_000;
/** Lines that a check of the whole trail reads at a time. */
export const AUDIT_CHECK_ROWS = 1_000;
/** Characters of a detail in the audit trail; more is cut. */
export const AUDIT_TEXT_CHARS_MAX = 500;
