/** Layout of the read models' own table; another number on disk means: build everything anew. */
export const READ_MODEL_FORMAT = 1;

/** Blocks asked of the feed at a time. */
export const FEED_BLOCKS_MAX = 100;

/** Blocks handed over by `apply` that wait in memory; what is beyond is asked of the feed later. */
export const WAITING_BLOCKS_MAX = 64;

/** A transaction takes no further block once it is this old, in milliseconds, so that readers see progress. */
export const TRANSACTION_AGE_MAX_MS = 250;

/** The feed has to answer within this time, in milliseconds. */
export const FEED_ANSWER_MAX_MS = 60_000;

/** One handler has this long for one event, in milliseconds: a batch of 100,000 items takes a second or two. */
export const HANDLER_MAX_MS = 600_000;

/** Rows inserted before the thread looks at its messages again. */
export const ROWS_PER_CHUNK = 5000;

/** Parameters of one statement that inserts many rows; SQLite takes up to 32,766, and 100 to 1,600 measured alike. */
export const BULK_PARAMETERS_MAX = 400;

/** Prepared statements kept by each connection. */
export const STATEMENTS_KEPT_MAX = 128;

/** A query ends after this time, in milliseconds, unless the host says otherwise. */
export const QUERY_MAX_MS = 10_000;

/** Rows a query may give, unless the host says otherwise. */
export const QUERY_ROWS_MAX = 10_000;

/** A query that was given up has this long to notice, in milliseconds; then its thread is ended. */
export const QUERY_GRACE_MS = 250;

/** Queries that may wait for a thread. */
export const QUERIES_WAITING_MAX = 1000;

/** Rows read between two looks at whether the query was given up. */
export const ROWS_PER_LOOK = 64;
