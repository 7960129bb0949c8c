import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CUSTOMER_LINKED, type CustomerLinkEventData } from '../../customers/customers.events.js';
import { ProcessClock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { Wakeups } from '../../platform/jobs/wakeups.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { RecordedObjects } from '../../provider-intents/recorded-objects.js';
import { INBOX_TOPIC } from './inbox.store.js';

const MATCH = `
  update webhook_inbox set status = 'pending', failures = 0, next_attempt_time = $1, claimed_by = null
   where status = 'foreign' and connection_id = $2 and event -> 'objects' @> $3::jsonb
  returning id`;

/** What was of nobody we know is handled again when its object turns out to be ours: an event can be faster than the answer that makes it so. */
@Injectable()
export class ForeignEvents implements OnModuleInit {
  constructor(
    private readonly clock: ProcessClock,
    private readonly wakeups: Wakeups,
    private readonly outbox: Outbox,
    private readonly objects: RecordedObjects,
  ) {}

  onModuleInit(): void {
    this.objects.subscribe((tx, { connectionId, providerObjectId }) => this.match(tx, connectionId, providerObjectId));
    this.outbox.subscribe(CUSTOMER_LINKED, async (tx, event) => {
      const { connectionId, providerCustomerId } = event.data as unknown as CustomerLinkEventData;
      if (providerCustomerId !== null) await this.match(tx, connectionId, providerCustomerId);
    });
  }

  /** @param providerObjectId the provider's id of what is ours now */
  async match(tx: Transaction, connectionId: string, providerObjectId: string): Promise<void> {
    const values = [this.clock.now(), connectionId, JSON.stringify([{ id: providerObjectId }])];
    const rows = await sql(tx, MATCH, values);
    if (rows.length > 0) await this.wakeups.notify(tx, INBOX_TOPIC);
  }
}
