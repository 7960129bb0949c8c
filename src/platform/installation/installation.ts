import { Injectable } from '@nestjs/common';
import { DatabasePool } from '../database/database.js';
import { Metrics } from '../metrics/metrics.js';
import type { InstallationPause } from './installation-check.js';

/** What is said where a write waits for the resumption. */
export const PAUSED_MESSAGE = 'This installation is a restored or copied database and writes nothing to providers until it is resumed (tollkeeper resume).';

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

  /** A connection made here, after the copy was found, is not the original's: it is written to. */
  async holdsWrites(connection: { readonly createTime: number }): Promise<boolean> {
    const pause = await this.pause();
    return pause !== null && connection.createTime <= pause.time;
  }
}
