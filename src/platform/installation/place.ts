import { stat } from 'node:fs/promises';
import type pg from 'pg';

/** Where a database lies. What copying it changes, and what restarts, updates and a failover to a standby leave alone. */
export interface Place {
  /** Of the PostgreSQL cluster, made by initdb and shared by its physical copies; null where it may not be read. */
  readonly systemIdentifier: string | null;
  /** A dump that is restored makes its database or its tables anew. */
  readonly databaseOid: string;
  readonly tableOid: string;
  /** The folder of the embedded cluster: another one when it was copied or unpacked, the same when it was moved. Null for an external database. */
  readonly folder: FolderMark | null;
  /** INSTALLATION_NAME; null where none is given. */
  readonly name: string | null;
}

interface FolderMark {
  readonly inode: string;
  /** Nanoseconds, set by the file system alone; 0 where it knows none. */
  readonly birth: string;
}

export interface PlaceSources {
  /** Folder of the embedded cluster, or null with an external database. */
  readonly clusterFolder: string | null;
  readonly name: string | null;
}

export async function readPlace(client: pg.Client, { clusterFolder, name }: PlaceSources): Promise<Place> {
  const { rows } = await client.query<{ database_oid: string; table_oid: string }>(
    `select (select oid::text from pg_database where datname = current_database()) as database_oid, ('installation'::regclass::oid)::text as table_oid`,
  );
  const oids = rows[0] ?? { database_oid: '', table_oid: '' };
  return { systemIdentifier: await systemIdentifier(client), databaseOid: oids.database_oid, tableOid: oids.table_oid, folder: clusterFolder === null ? null : await markOf(clusterFolder), name };
}

/** @returns what differs, as sentences for people; empty when it is the same place as far as can be seen */
export function differences(known: Place, present: Place): string[] {
  return [
    ...(known.systemIdentifier !== null && present.systemIdentifier !== null && known.systemIdentifier !== present.systemIdentifier
      ? ['The database lies in another PostgreSQL cluster than before.']
      : known.databaseOid !== present.databaseOid || known.tableOid !== present.tableOid
        ? ['The database or its tables were made anew, as restoring a dump does.']
        : []),
    ...(known.folder !== null && present.folder !== null && !sameFolder(known.folder, present.folder) ? ['The folder of the embedded database is a copy of the one it was in before.'] : []),
    ...(known.name !== null && present.name !== null && known.name !== present.name ? [`INSTALLATION_NAME is '${present.name}', and the database was that of '${known.name}'.`] : []),
  ];
}

/** The birth alone where both are known: inode numbers are not stable on every shared file system. */
function sameFolder(known: FolderMark, present: FolderMark): boolean {
  return known.birth !== '0' && present.birth !== '0' ? known.birth === present.birth : known.inode === present.inode;
}

async function markOf(folder: string): Promise<FolderMark> {
  const { ino, birthtimeNs } = await stat(folder, { bigint: true });
  return { inode: ino.toString(), birth: birthtimeNs.toString() };
}

/** Not every hosted PostgreSQL lets everybody ask. */
async function systemIdentifier(client: pg.Client): Promise<string | null> {
  try {
    const { rows } = await client.query<{ id: string }>('select system_identifier::text as id from pg_control_system()');
    return rows[0]?.id ?? null;
  } catch {
    return null;
  }
}
