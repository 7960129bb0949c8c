import { Injectable } from '@nestjs/common';
import { DatabasePool } from '../platform/database/database.js';
import { Metrics } from '../platform/metrics/metrics.js';

/** Both are read from the index of unfinished rows. */
const UNFINISHED = `
  select count(*) filter (where next_check_time is not null)::integer as waiting, count(*) filter (where next_check_time is null)::integer as undecidable
    from provider_intent where outcome in ('created', 'unknown')`;

/** What is wanted at providers and not known to be done. */
@Injectable()
export class IntentMetrics {
  constructor(metrics: Metrics, pool: DatabasePool) {
    metrics.gauge({ name: 'provider_intents_unfinished', help: 'Writes at providers whose outcome is not known: asked again, or left for a person.', labels: ['state'] }, async (gauge) => {
      const { rows } = await pool.query<{ waiting: number; undecidable: number }>(UNFINISHED);
      gauge.set({ state: 'waiting' }, rows[0]?.waiting ?? 0);
      gauge.set({ state: 'undecidable' }, rows[0]?.undecidable ?? 0);
    });
  }
}
