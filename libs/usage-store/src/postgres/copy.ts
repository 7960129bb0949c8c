import type pg from 'pg';

const UNIQUE_VIOLATION = '23505';

interface CopyTarget {
  /** A COPY from standard input in binary form. */
  readonly statement: string;
  /** As `CopyRows` makes them. */
  readonly rows: Buffer;
}

type Answered = (error: Error | null | undefined, isCopied?: boolean) => void;

/** A query of the driver's: it calls these. */
class Copying implements pg.Submittable {
  /** Statements of one message are one transaction. */
  readonly text: string;
  readonly #targets: readonly CopyTarget[];
  /** The driver's to set. */
  callback?: Answered;

  constructor(targets: readonly CopyTarget[]) {
    this.#targets = targets;
    this.text = targets.map(({ statement }) => statement).join(';');
  }

  /** What is sent of a statement that has failed already is passed over. */
  submit(connection: pg.Connection): void {
    const { stream } = connection;
    stream.cork();
    connection.query(this.text);
    for (const { rows } of this.#targets) stream.write(rows);
    stream.uncork();
  }

  handleCopyInResponse(): void {
    // It has been sent.
  }

  handleCommandComplete(): void {
    // Only the end of all of them counts.
  }

  handleReadyForQuery(): void {
    this.callback?.(null, true);
  }

  handleError(error: Error & { readonly code?: string }): void {
    // No error to the pool, which would give the connection up.
    if (error.code === UNIQUE_VIOLATION) this.callback?.(null, false);
    else this.callback?.(error);
  }
}

/**
 * Copies rows into several tables, all of them or none, and durable when it resolves. Everything is sent at once, so that it takes one round trip.
 * @returns false, and nothing was copied, where a key is known already
 */
export function copyAll(pool: pg.Pool, targets: readonly CopyTarget[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const answered = (error: Error | null | undefined, isCopied = false): void => (error ? reject(error) : resolve(isCopied));
    (pool as unknown as { query(query: pg.Submittable, answered: Answered): void }).query(new Copying(targets), answered);
  });
}
