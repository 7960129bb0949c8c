import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/database.js';
import { ObjectLeases } from '../../platform/leases/object-leases.js';
import type { Mail, MailStatus } from '../mail.entity.js';
import { MailPlatform } from '../mail-platform.js';
import { mailFailed } from '../mail.events.js';
import { MailRepository } from '../mail.repository.js';
import { MailComposer, type ComposedMail } from './mail-composer.js';
import { nextAttemptTime } from './mail-schedule.js';
import type { MailServerAnswer } from './mail-server-answer.js';
import { Mailer } from './mailer.js';

const NO_RECIPIENT = 'The customer has no e-mail address that a mail could go to: give billing.billingEmails or customerEmail, and have it sent again.';

const ALL_SENT: MailServerAnswer = { accepted: [], refused: [], deferred: [], message: null };

/** What came of an attempt; of the recipients nothing where it did not get so far. */
interface AttemptResult {
  readonly recipients?: readonly string[];
  readonly accepted?: readonly string[];
  readonly error: string | null;
  readonly next: 'retry' | Exclude<MailStatus, 'queued' | 'told'>;
}

/**
 * Sends one mail, by one process at a time. What the server has taken is stored after it said so: only a process that dies between the two
 * leaves a mail that is sent once more, with the same Message-ID.
 */
@Injectable()
export class MailDelivery {
  constructor(
    private readonly database: Database,
    private readonly repository: MailRepository,
    private readonly composer: MailComposer,
    private readonly platform: MailPlatform,
    private readonly leases: ObjectLeases,
    private readonly mailer: Mailer,
  ) {}

  /** @returns whether it was our turn */
  async deliver(mailId: string): Promise<boolean> {
    const lease = await this.leases.tryAcquire(`mail:${mailId}`);
    if (!lease) return false;
    try {
      const mail = await this.repository.findDue(this.database.reader(), mailId, this.platform.clock.now());
      if (!mail) return false;
      await this.#attempt(mail);
      return true;
    } finally {
      await lease.release();
    }
  }

  async #attempt(mail: Mail): Promise<void> {
    let composed: ComposedMail;
    try {
      composed = await this.composer.compose(mail);
    } catch (error) {
      // The log says what is wrong; the mail waits until somebody has mended it.
      await this.#store(mail.id, { error: 'It could not be written.', next: 'retry' });
      throw error;
    }
    if ('notNeeded' in composed) return this.#store(mail.id, { error: composed.notNeeded, next: 'not_needed' });
    if (composed.to.length === 0) return this.#store(mail.id, { error: NO_RECIPIENT, next: 'failed' });
    const recipients = composed.to.filter((recipient) => !mail.accepted.includes(recipient));
    const answer = recipients.length === 0 ? ALL_SENT : await this.mailer.send({ ...composed, recipients });
    const accepted = [...mail.accepted, ...answer.accepted];
    return this.#store(mail.id, { recipients: composed.to, accepted, error: answer.message, next: answer.deferred.length > 0 ? 'retry' : accepted.length > 0 ? 'sent' : 'failed' });
  }

  #store(id: string, { recipients, accepted, error, next }: AttemptResult): Promise<void> {
    return this.database.transaction(async (tx) => {
      const mail = await this.repository.lock(tx, id);
      const now = this.platform.clock.now();
      mail.attempts += 1;
      mail.recipients = recipients ?? mail.recipients;
      mail.accepted = accepted ?? mail.accepted;
      mail.error = error;
      mail.nextAttemptTime = next === 'retry' ? nextAttemptTime(mail, now) : null;
      mail.updateTime = now;
      if (mail.nextAttemptTime === null) await this.#settle(tx, mail, next === 'retry' ? 'failed' : next);
    });
  }

  async #settle(tx: Transaction, mail: Mail, status: MailStatus): Promise<void> {
    mail.status = status;
    if (status === 'sent') mail.sendTime = mail.updateTime;
    if (status === 'failed') await this.platform.outbox.record(tx, mailFailed(mail));
  }
}
