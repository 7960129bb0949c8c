import { Injectable } from '@nestjs/common';
import { newId, Secret } from '@tollkeeper/kernel';
import { ProcessClock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { ConnectionVault, OPERATOR, type WebhookSecret } from './connection-vault.js';
import type { PaymentConnection } from './payment-connection.entity.js';
import { PaymentConnectionRepository } from './payment-connection.repository.js';
import { PaymentConnectionEvents } from './payment-connections.events.js';

/** As long as Stripe itself signs with both when an endpoint's secret is rolled. */
export const FORMER_SECRET_KEPT_FOR_IN_MILLIS = 24 * 3_600_000;

const OPERATOR_FIELD = 'webhookSecret';

/** Several signing secrets live side by side, so that no event is refused while one takes the place of another. */
@Injectable()
export class WebhookSecretRotation {
  constructor(
    private readonly database: Database,
    private readonly repository: PaymentConnectionRepository,
    private readonly vault: ConnectionVault,
    private readonly events: PaymentConnectionEvents,
    private readonly clock: ProcessClock,
  ) {}

  /** The operator brings another secret: the one so far is accepted until the new one has verified a webhook, a day at most. */
  exchangeOperatorSecret(connection: PaymentConnection, next: Readonly<Record<string, string>>): void {
    const former = this.vault.operatorSecret(connection);
    if (former === null || former.reveal() === next[OPERATOR_FIELD]) return;
    const now = this.clock.now();
    const kept: WebhookSecret = { webhookId: `${OPERATOR}:${newId('sec', now)}`, secret: new Secret(former.reveal()), expireTime: now + FORMER_SECRET_KEPT_FOR_IN_MILLIS };
    const { [OPERATOR]: lastMatch, ...matches } = connection.webhookMatches;
    connection.webhookMatches = lastMatch === undefined ? matches : { ...matches, [kept.webhookId]: lastMatch };
    connection.webhookSecrets = this.vault.sealWebhookSecrets(connection.id, [...this.vault.registeredSecrets(connection), kept]);
  }

  /**
   * A webhook verified with this secret. The first one of an operator's new secret ends the former ones; of an endpoint's, its predecessor is
   * deleted by the loop that made it. Opens a transaction of its own.
   */
  async matched(connectionId: string, webhookId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const connection = await this.repository.findForUpdate(tx, connectionId);
      const now = this.clock.now();
      connection.firstWebhookTime ??= now;
      connection.webhookMatches = { ...connection.webhookMatches, [webhookId]: now };
      const secrets = this.vault.registeredSecrets(connection);
      const left = secrets.filter((secret) => !isOver(secret, webhookId, now));
      if (left.length < secrets.length) connection.webhookSecrets = this.vault.sealWebhookSecrets(connectionId, left);
      await tx.flush();
      await this.events.changed(tx, connection);
    });
  }
}

function isOver({ webhookId, expireTime }: WebhookSecret, matched: string, now: number): boolean {
  return (matched === OPERATOR && webhookId.startsWith(`${OPERATOR}:`)) || (expireTime !== null && expireTime <= now);
}
