import { Injectable } from '@nestjs/common';
import { DatabasePool } from '../platform/database/database.js';
import { Metrics } from '../platform/metrics/metrics.js';

/** Read from the index of queued rows. */
const QUEUED = `select count(*) filter (where attempts = 0)::integer as fresh, count(*) filter (where attempts > 0)::integer as retried from mail where status = 'queued'`;

/** Mails that wait for the mail server. */
@Injectable()
export class MailMetrics {
  constructor(metrics: Metrics, pool: DatabasePool) {
    metrics.gauge({ name: 'mails_queued', help: 'Mails to customers that wait to be sent: new, or tried before without success.', labels: ['state'] }, async (gauge) => {
      const { rows } = await pool.query<{ fresh: number; retried: number }>(QUEUED);
      gauge.set({ state: 'new' }, rows[0]?.fresh ?? 0);
      gauge.set({ state: 'retried' }, rows[0]?.retried ?? 0);
    });
  }
}
