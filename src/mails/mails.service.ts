import { Injectable } from '@nestjs/common';
import { conflict, invalid } from '@tollkeeper/kernel';
import { AccountsService } from '../accounts/accounts.service.js';
import { smtpNotConfigured } from '../accounts/mail-senders.js';
import { Database } from '../platform/database/database.js';
import type { Cursor } from '../platform/http/paging.js';
import { Installation } from '../platform/installation/installation.js';
import { Mailer } from './delivery/mailer.js';
import { testLetterOf } from './letters/letter-writing.js';
import type { Mail } from './mail.entity.js';
import { MailRepository, type MailFilter } from './mail.repository.js';
import { MailRequeue } from './queue/mail-requeue.js';
import { isAddress } from './recipients.js';

export interface MailTest {
  readonly result: 'accepted' | 'refused' | 'unreachable';
  /** The mail server's own words; null where it took the mail. */
  readonly message: string | null;
  readonly from: string;
  readonly replyTo: string | null;
}

@Injectable()
export class MailsService {
  constructor(
    private readonly database: Database,
    private readonly repository: MailRepository,
    private readonly requeue: MailRequeue,
    private readonly accounts: AccountsService,
    private readonly mailer: Mailer,
    private readonly installation: Installation,
  ) {}

  list(accountId: string, filter: MailFilter, limit: number, cursor: Cursor | null): Promise<Mail[]> {
    return this.repository.list(this.database.reader(), accountId, filter, limit, cursor);
  }

  /** @throws DomainError `mail_not_found` */
  get(accountId: string, mailId: string): Promise<Mail> {
    return this.repository.get(this.database.reader(), accountId, mailId);
  }

  /** Once more, the same way and as things stand then. @throws DomainError `mail_not_found`; `mail_queued`, `smtp_not_configured` (conflict) */
  resend(accountId: string, mailId: string): Promise<Mail> {
    return this.requeue.resend(accountId, mailId, this.mailer.isConfigured);
  }

  /** At once, and no row is made of it. @throws DomainError `invalid_recipient`; `smtp_not_configured`, `installation_paused` (conflict) */
  async test(accountId: string, to: string, idOfRequest: string): Promise<MailTest> {
    if (!isAddress(to)) throw invalid('invalid_recipient', 'Invalid request: to must be one e-mail address.', [{ field: 'to', code: 'invalid_recipient', message: 'must be one e-mail address' }]);
    if (!this.mailer.isConfigured) throw smtpNotConfigured();
    const account = await this.accounts.get(accountId);
    if (await this.installation.holdsWrites(account)) throw conflict('installation_paused', 'This installation is a restored or copied database and mails nobody until it is resumed (tollkeeper resume).');
    const seller = { ...account.seller, legalName: account.seller?.legalName ?? account.name };
    const answer = await this.mailer.send({ letter: testLetterOf(seller, account.locale), attachments: [], seller, to: [to], recipients: [to], identity: [accountId, 'test', idOfRequest] });
    return { result: answer.accepted.length > 0 ? 'accepted' : answer.refused.length > 0 ? 'refused' : 'unreachable', message: answer.message, ...this.mailer.addressesOf(seller) };
  }
}
