import { Logger } from '@nestjs/common';

const PAUSE_IN_MILLIS = 60_000;

/** Tells of refused webhooks once a minute for each connection, with their number: whoever sends thousands must not fill the log. */
export class RefusalLog {
  readonly #logger = new Logger('WebhookIntakeService');
  readonly #told = new Map<string, { timeInMillis: number; untold: number }>();

  refused(connectionId: string, message: string): void {
    const last = this.#told.get(connectionId);
    const timeInMillis = performance.now();
    if (last && timeInMillis - last.timeInMillis < PAUSE_IN_MILLIS) {
      last.untold += 1;
      return;
    }
    this.#told.set(connectionId, { timeInMillis, untold: 0 });
    this.#logger.warn(`webhook for connection ${connectionId} refused: ${message}${last?.untold ? ` ${last.untold} more were refused since the last line about this connection.` : ''}`);
  }
}
