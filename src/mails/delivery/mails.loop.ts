import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Installation } from '../../platform/installation/installation.js';
import { forEachConcurrently } from '../../platform/jobs/for-each-concurrently.js';
import { MailPlatform } from '../mail-platform.js';
import { MailRepository } from '../mail.repository.js';
import { MAILS_TOPIC } from '../queue/mail-queue.js';
import { MailDelivery } from './mail-delivery.js';

const INTERVAL_IN_MILLIS = 5_000;
const BATCH = 50;
/** Connections to the mail server at a time, of each worker: most servers bear more, and documents are made one after the other anyway. */
const CONCURRENCY = 4;

/** Sends mails that are due. A copied installation keeps them until it is resumed, as it writes nothing to providers until then. */
@Injectable()
export class MailsLoop implements OnModuleInit {
  readonly #logger = new Logger(MailsLoop.name);

  constructor(
    private readonly database: Database,
    private readonly repository: MailRepository,
    private readonly delivery: MailDelivery,
    private readonly installation: Installation,
    private readonly platform: MailPlatform,
  ) {}

  onModuleInit(): void {
    this.platform.loops.register({ name: MAILS_TOPIC, intervalInMillis: INTERVAL_IN_MILLIS, run: (signal) => this.runOnce(signal) });
    this.platform.wakeups.listen(MAILS_TOPIC, () => this.platform.loops.wake(MAILS_TOPIC));
  }

  async runOnce(signal: AbortSignal): Promise<boolean> {
    const pause = await this.installation.pause();
    const due = await this.repository.due(this.database.reader(), this.platform.clock.now(), pause?.time ?? null, BATCH);
    let handled = 0;
    const onError = (id: string, error: unknown): void => this.#logger.error(`mail ${id} could not be sent and is tried again: ${(error as Error).stack ?? String(error)}`);
    await forEachConcurrently(due, { concurrency: CONCURRENCY, signal, onError }, async (id) => {
      if (await this.delivery.deliver(id)) handled += 1;
    });
    // Those that others are at stay due until they are through: for them alone it is not begun again at once.
    return handled > 0 && due.length === BATCH && !signal.aborted;
  }
}
