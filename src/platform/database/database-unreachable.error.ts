/** No connection to the database: shown as it is, without a stack. Never holds the URL, which has the password in it. */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError';

  constructor(cause: unknown) {
    super(
      `PostgreSQL cannot be reached: ${reasonOf(cause)}. Is it running? Check host, port, user, password and database name in DATABASE_URL, or leave that out to use the embedded one.`,
      { cause },
    );
  }
}

/** A host with several addresses fails with an error without a message that holds one error per address. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map((error) => reasonOf(error)).join(', ');
  return cause instanceof Error && cause.message !== '' ? cause.message : String(cause);
}
