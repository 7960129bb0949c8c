import { Injectable, Logger } from '@nestjs/common';
import { PaymentProviderRegistry, WebhookVerificationError, type ProviderEvent } from '@tollkeeper/payment-provider';
import type { Transaction } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { openedBodies } from '../inbox/webhook-body.js';

interface Row {
  readonly id: string;
  readonly connection_id: string;
  readonly body_id: string;
  readonly body_start: number;
  readonly body_length: number;
  readonly content: Buffer;
}

/** The encrypted bodies of webhooks, for as long as they are kept. They are read here and nowhere else, and answered to nobody. */
@Injectable()
export class StoredBodies {
  readonly #logger = new Logger(StoredBodies.name);

  constructor(
    private readonly box: SecretBox,
    private readonly registry: PaymentProviderRegistry,
  ) {}

  /** What the provider reads in them now, by the id of the entry; without those whose body is gone or cannot be read. */
  async readAnew(tx: Transaction, entries: readonly { id: string; connectionId: string }[], connectionOf: (id: string) => Promise<{ providerName: string }>): Promise<Map<string, ProviderEvent>> {
    const rows = await sql<Row>(
      tx,
      'select entry.id, entry.connection_id, body_id, body_start, body_length, content from webhook_inbox as entry join webhook_body as body on body.id = body_id where entry.id = any($1::text[])',
      [entries.map(({ id }) => id)],
    );
    const opened = new Map<string, Buffer | null>();
    const events = new Map<string, ProviderEvent>();
    for (const { id, connection_id: connectionId, body_id: bodyId, body_start: start, body_length: length, content } of rows) {
      const { providerName } = await connectionOf(connectionId);
      if (!opened.has(bodyId)) opened.set(bodyId, this.#opened(bodyId, content));
      const bodies = opened.get(bodyId);
      const event = bodies && this.#parsed(providerName, bodies.subarray(start, start + length));
      if (event) events.set(id, event);
    }
    return events;
  }

  /** Bodies stored under another ENCRYPTION_KEY are as good as gone, and cost no more than that: what was read when they came is kept beside them. */
  #opened(bodyId: string, content: Buffer): Buffer | null {
    try {
      return openedBodies(bodyId, content, this.box);
    } catch (error) {
      this.#logger.warn(`the bodies ${bodyId} of webhook events are not read anew: ${(error as Error).message}`);
      return null;
    }
  }

  #parsed(providerName: string, rawBody: Buffer): ProviderEvent | null {
    try {
      return this.registry.operations(providerName, 'webhooks').parse({ rawBody });
    } catch (error) {
      if (error instanceof WebhookVerificationError) return null;
      throw error;
    }
  }
}
