/** The embedded PostgreSQL could not be started or stopped; the message names the cause and the cure. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
