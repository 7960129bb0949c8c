import pg from 'pg';

/**
 * The identity this database carries in the metadata of every provider object; stored at first start and the same for all
 * processes on it.
 * @param proposal used when the database has none yet
 */
export async function instanceIdOf(databaseUrl: string, proposal: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('insert into installation (instance_id, create_time) values ($1, $2) on conflict do nothing', [proposal, Date.now()]);
    const { rows } = await client.query<{ instance_id: string }>('select instance_id from installation');
    return rows[0]?.instance_id ?? proposal;
  } finally {
    await client.end();
  }
}
