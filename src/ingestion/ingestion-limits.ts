/**
 * What one request may hold, besides the bytes, which the HTTP shell limits. The numbers are generous for a client that batches (the official ones send 100 records) and small
 * enough that a request is one statement and one answer.
 */
export const MAXIMUM_RECORDS = 10_000;
/** Events after records with several values are split. */
export const MAXIMUM_EVENTS = 20_000;
export const MAXIMUM_VALUES_OF_RECORD = 100;
export const MAXIMUM_DEPTH = 8;
export const MAXIMUM_DIMENSIONS = 50;
export const MAXIMUM_NAME_LENGTH = 256;
export const MAXIMUM_DIMENSION_LENGTH = 1_024;
/** Bad records listed in one answer; the rest is counted. */
export const MAXIMUM_FINDINGS = 100;

/** How far ahead of the account's clock an event may lie: clocks of senders differ, days do not. */
export const MAXIMUM_LEAD_IN_MILLIS = 24 * 3_600_000;
