import { Injectable } from '@nestjs/common';
import { DatabasePool, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import { Metrics } from '../metrics/metrics.js';
import type { InstallationPause } from './installation-check.js';

/** What is said where a write waits for the resumption. */
export const PAUSED_MESSAGE = 'This installation is a restored or copied database and writes nothing to providers until it is resumed (tollkeeper resume).';

/** How a resumption stands, kept in the installation's row so that every process can say it. */
export interface Resumption {
  readonly state: 'running' | 'done' | 'failed';
  readonly dryRun: boolean;
  readonly startTime: number;
  /** For people; null while it runs. */
  readonly message: string | null;
  readonly connectionsDone: number;
  readonly connections: number;
  readonly customers: number;
  readonly documents: number;
  readonly unmatchedDocuments: readonly string[];
  readonly heldInvoices: readonly string[];
}

/** Whether this database is a copy that waits to be resumed. Asked of the row each time, so that all processes agree at once. */
@Injectable()
export class Installation {
  constructor(
    private readonly pool: DatabasePool,
    metrics: Metrics,
  ) {
    metrics.gauge({ name: 'provider_writes_paused', help: '1 while this is a copied database that was not resumed: nothing is written to providers.' }, async (gauge) => {
      gauge.set((await this.pause()) === null ? 0 : 1);
    });
  }

  /** Null in an installation that is where it was. */
  async pause(): Promise<InstallationPause | null> {
    const { rows } = await this.pool.query<{ pause: InstallationPause | null }>('select pause from installation');
    return rows[0]?.pause ?? null;
  }

  async resumption(): Promise<Resumption | null> {
    const { rows } = await this.pool.query<{ resumption: Resumption | null }>('select resumption from installation');
    return rows[0]?.resumption ?? null;
  }

  async noteResumption(resumption: Resumption): Promise<void> {
    await this.pool.query('update installation set resumption = $1', [JSON.stringify(resumption)]);
  }

  /** From here on this is the place of the database. */
  async unpause(tx: Transaction, { place, starts }: InstallationPause, resumption: Resumption): Promise<void> {
    const values = [JSON.stringify(place), starts, JSON.stringify(resumption)];
    await sql(tx, 'update installation set place = $1::jsonb, starts = greatest(starts, $2), pause = null, resumption = $3::jsonb', values);
  }

  /** A connection made here, after the copy was found, is not the original's: it is written to. */
  async holdsWrites(connection: { readonly createTime: number }): Promise<boolean> {
    const pause = await this.pause();
    return pause !== null && connection.createTime <= pause.time;
  }
}
