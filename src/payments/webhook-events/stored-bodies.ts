import { Injectable, Logger } from '@nestjs/common';
import { PaymentProviderRegistry, WebhookVerificationError, type ProviderEvent } from '@tollkeeper/payment-provider';
import type { Transaction } from '../../platform/database/database.js';
import { SecretBox } from '../../platform/secrets/secret-box.js';
import { unpackedBody } from '../inbox/webhook-body.js';

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
    const placeholders = entries.map(() => '?').join(', ');
    const rows = await tx.getConnection().execute<{ id: string; connection_id: string; body: Buffer }[]>(
      `select id, connection_id, body from webhook_inbox where body is not null and id in (${placeholders})`,
      entries.map(({ id }) => id),
      'all',
      tx.getTransactionContext(),
    );
    const events = new Map<string, ProviderEvent>();
    for (const { id, connection_id: connectionId, body } of rows) {
      const { providerName } = await connectionOf(connectionId);
      const rawBody = this.#opened(id, body);
      const event = rawBody && this.#parsed(providerName, rawBody);
      if (event) events.set(id, event);
    }
    return events;
  }

  /** A body stored under another ENCRYPTION_KEY is as good as gone, and costs no more than that: what was read when it came is kept beside it. */
  #opened(id: string, body: Buffer): Buffer | null {
    try {
      return unpackedBody(this.box.open(body, `webhook:${id}`));
    } catch (error) {
      this.#logger.warn(`the body of webhook event ${id} is not read anew: ${(error as Error).message}`);
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
