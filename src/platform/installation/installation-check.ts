import { newId } from '@tollkeeper/kernel';
import pg from 'pg';
import type { StartWitness } from './start-witness.js';
import { differences, readPlace, type Place, type PlaceSources } from './place.js';

/** Kept in the installation's row while it is a copy that nobody has resumed. */
export interface InstallationPause {
  /** Process time. Connections made before it are those of the original: nothing is written there. */
  readonly time: number;
  /** Sentences for people. */
  readonly reasons: readonly string[];
  /** Where it was found; its place from the resumption on. */
  readonly place: Place;
  /** Of the starts the data folder has seen. */
  readonly starts: number;
  /** The last this database knows of: what the original did since is unknown here. */
  readonly knownUntil: number;
}

export interface CheckedInstallation {
  /** What this database carries in the metadata of every provider object; stored at first start, the same for all processes on it. */
  readonly instanceId: string;
  readonly pause: InstallationPause | null;
}

interface Row {
  instance_id: string;
  place: Place | null;
  starts: number;
  pause: InstallationPause | null;
}

/**
 * Finds out at the start of a process whether the database is a copy: then two installations would send the same invoices. Once found,
 * it stays paused until it is resumed, wherever it is started next.
 * @param proposal instance id used when the database has none yet
 */
export async function checkInstallation(databaseUrl: string, { proposal, witness, ...sources }: PlaceSources & { proposal: string; witness: StartWitness }): Promise<CheckedInstallation> {
  const client = new pg.Client({ connectionString: databaseUrl });
  // Whoever asks a lost connection is told; unheard, it would end the process between two questions.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('insert into installation (instance_id, create_time) values ($1, $2) on conflict do nothing', [proposal, Date.now()]);
    const present = await readPlace(client, sources);
    await client.query('begin');
    const { rows } = await client.query<Row>('select instance_id, place, starts, pause from installation for update');
    const row = rows[0];
    if (!row) throw new Error('The row of the installation is gone.');
    const checked = row.pause ? { instanceId: row.instance_id, pause: row.pause } : await settle(client, row, present, await witness.startsOf(row.instance_id));
    await client.query('commit');
    if (checked.pause === null) await witness.write(row.instance_id, row.starts + 1);
    return checked;
  } finally {
    await client.end();
  }
}

async function settle(client: pg.Client, row: Row, present: Place, startsSeen: number): Promise<CheckedInstallation> {
  // A new database was never anywhere, whatever the folder has seen before it.
  const reasons = row.place === null ? [] : [...differences(row.place, present), ...(startsSeen > row.starts ? ['The database is older than the data folder: it was set back to an earlier state.'] : [])];
  if (reasons.length === 0) {
    await client.query('update installation set place = $1, starts = starts + 1', [JSON.stringify({ ...present, name: present.name ?? row.place?.name ?? null })]);
    return { instanceId: row.instance_id, pause: null };
  }
  const pause: InstallationPause = { time: Date.now(), reasons, place: present, starts: Math.max(startsSeen, row.starts), knownUntil: await lastKnownTime(client) };
  await client.query('update installation set pause = $1', [JSON.stringify(pause)]);
  await tellAccounts(client, row.instance_id, pause);
  return { instanceId: row.instance_id, pause };
}

/** Before there is an application that could; whoever streams an account's events learns of it there. */
async function tellAccounts(client: pg.Client, instanceId: string, { time, reasons }: InstallationPause): Promise<void> {
  const { rows } = await client.query<{ id: string }>('select id from account order by id');
  for (const { id } of rows) {
    await client.query('insert into outbox_event (id, account_id, type, object_type, object_id, data, create_time) values ($1, $2, $3, $4, $5, $6, $7)', [
      newId('evt', time),
      id,
      'installation.paused',
      'installation',
      instanceId,
      JSON.stringify({ reasons }),
      time,
    ]);
  }
}

/** Every change of an account leaves an event, and every request to a provider its intent. */
async function lastKnownTime(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ time: string }>(
    `select greatest((select create_time from installation),
       (select max(create_time) from outbox_event where sequence = (select max(sequence) from outbox_event)),
       (select max(last_sent_time) from provider_intent)) as time`,
  );
  return Number(rows[0]?.time ?? 0);
}
