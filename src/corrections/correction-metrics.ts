import { Injectable } from '@nestjs/common';
import { DatabasePool } from '../platform/database/database.js';
import { Metrics } from '../platform/metrics/metrics.js';

/** Read from the index of those that are under way. */
const RUNNING = `select state, count(*)::integer as count from usage_correction where state in ('applying', 'reverting') group by state`;

/** What the worker is at: what stays here for long is stuck. */
@Injectable()
export class CorrectionMetrics {
  constructor(metrics: Metrics, pool: DatabasePool) {
    metrics.gauge({ name: 'usage_corrections_running', help: 'Corrections of usage by filter that are being applied or reverted.', labels: ['state'] }, async (gauge) => {
      const { rows } = await pool.query<{ state: string; count: number }>(RUNNING);
      for (const state of ['applying', 'reverting']) gauge.set({ state }, rows.find((row) => row.state === state)?.count ?? 0);
    });
  }
}
