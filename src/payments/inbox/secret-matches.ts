import { Injectable, Logger } from '@nestjs/common';
import { WebhookSecretRotation } from '../../payment-connections/webhook-secret-rotation.js';

/** Often enough to see a rotation get through, seldom enough to cost nothing. */
const PAUSE_IN_MILLIS = 60_000;

/** Notes which secret of a connection verified a webhook, at once for the first time and then once a minute. */
@Injectable()
export class SecretMatches {
  readonly #logger = new Logger(SecretMatches.name);
  readonly #noted = new Map<string, number>();

  constructor(private readonly rotation: WebhookSecretRotation) {}

  /** Beside the acknowledgement: a provider is not kept waiting for it. */
  matched(connectionId: string, webhookId: string, secret: string): void {
    const key = `${connectionId} ${webhookId} ${secret.slice(-4)}`;
    const now = performance.now();
    if (now - (this.#noted.get(key) ?? -PAUSE_IN_MILLIS) < PAUSE_IN_MILLIS) return;
    this.#noted.set(key, now);
    this.rotation.matched(connectionId, webhookId).catch((error: unknown) => {
      this.#noted.delete(key);
      this.#logger.warn(`which signing secret of connection ${connectionId} is in use could not be noted: ${(error as Error).message}`);
    });
  }
}
