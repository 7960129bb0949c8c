import { sqlState } from './database.js';

/** What PostgreSQL says when it ends, starts, recovers, or has no connection left; class 08 is a connection that broke. */
const SQL_STATES = /^(57P0[123]|53300|08...)$/;
const SYSTEM_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** The driver has no code for these. */
const DRIVER_MESSAGES = /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/**
 * Whether an error says that there is no database to talk to at the moment, and nothing about what was asked of it. Errors of `fetch` look alike and
 * come from elsewhere.
 */
export function isDatabaseGone(error: unknown): boolean {
  if (SQL_STATES.test(sqlState(error))) return true;
  for (let cause: unknown = error; cause instanceof Error && !(cause instanceof TypeError); cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if ((typeof code === 'string' && SYSTEM_ERRORS.has(code)) || DRIVER_MESSAGES.test(cause.message)) return true;
  }
  return false;
}
