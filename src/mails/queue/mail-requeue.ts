import { Injectable } from '@nestjs/common';
import { conflict } from '@tollkeeper/kernel';
import { smtpNotConfigured } from '../../accounts/mail-senders.js';
import { Database } from '../../platform/database/database.js';
import { MailPlatform } from '../mail-platform.js';
import type { Mail } from '../mail.entity.js';
import { MailRepository } from '../mail.repository.js';
import { MAILS_TOPIC, MailQueue } from './mail-queue.js';

/** A person wants a mail sent once more: then it is another message, which no receiver takes for a copy of the first. */
@Injectable()
export class MailRequeue {
  constructor(
    private readonly database: Database,
    private readonly repository: MailRepository,
    private readonly queue: MailQueue,
    private readonly platform: MailPlatform,
  ) {}

  resend(accountId: string, mailId: string, hasSmtp: boolean): Promise<Mail> {
    return this.database.transaction(async (tx) => {
      await this.repository.get(tx, accountId, mailId);
      const mail = await this.repository.lock(tx, mailId);
      if (mail.status === 'queued') throw conflict('mail_queued', 'The mail is on its way already: it waits for its next attempt, see nextAttemptTime and error.');
      if (mail.sender === 'smtp' && !hasSmtp) throw smtpNotConfigured();
      const now = this.platform.clock.now();
      mail.resends += 1;
      mail.updateTime = now;
      mail.error = null;
      if (mail.sender === 'webhook') {
        mail.status = 'told';
        mail.sendTime = now;
        await tx.flush();
        await this.queue.tell(tx, [mail]);
        return mail;
      }
      Object.assign(mail, { status: 'queued', queueTime: now, nextAttemptTime: now, attempts: 0, accepted: [], sendTime: null });
      await tx.flush();
      await this.platform.wakeups.notify(tx, MAILS_TOPIC);
      return mail;
    });
  }
}
