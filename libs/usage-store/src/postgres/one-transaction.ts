import type pg from 'pg';

/** Work on one connection in one transaction. */
export async function oneTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // The pool listens to those it holds alone; a connection that ends under the work says so to the statement under way as well.
  const onLost = (): void => undefined;
  client.on('error', onLost);
  let failure: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    failure = await client.query('rollback').then(
      () => undefined,
      (lost: Error) => lost,
    );
    throw error;
  } finally {
    client.off('error', onLost);
    client.release(failure);
  }
}
