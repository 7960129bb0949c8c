import { Injectable } from '@nestjs/common';
import { newId } from '@tollkeeper/kernel';
import { Account } from '../../accounts/account.entity.js';
import { completeMailSenders, type MailKind, type MailSender } from '../../accounts/mail-senders.js';
import type { CustomerBilling } from '../../customers/customer.entity.js';
import { PAY } from '../../invoices/hand-over/hand-over-step.js';
import type { Transaction } from '../../platform/database/database.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
import { sql } from '../../platform/database/sql.js';
import { MailPlatform } from '../mail-platform.js';
import { mailWanted } from '../mail.events.js';
import { Mail } from '../mail.entity.js';
import { recipientsOf } from '../recipients.js';
import type { MailFact } from './mail-fact.js';

/** Wake-up topic and loop name: a mail waits to be sent. */
export const MAILS_TOPIC = 'mails';

interface Audience {
  readonly invoice_id: string;
  readonly customer_email: string | null;
  readonly billing: CustomerBilling | null;
  readonly locale: string;
}

const AUDIENCES = `
  select invoice.id as invoice_id, customer.customer_email, customer.billing, coalesce(parties.locale, account.locale) as locale
  from invoice
  join account on account.id = invoice.account_id
  join customer on customer.account_id = invoice.account_id and customer.customer_id = invoice.customer_id
  left join invoice_parties as parties on parties.invoice_id = invoice.id
  where invoice.id = any($1)`;

const ATTEMPTS = `select subject_id, count(*)::text as attempts from provider_intent where account_id = any($1) and subject_type = 'invoice' and subject_id = any($2) and kind = $3 and send_count > 0 group by subject_id`;

/** Makes facts into mails, each once: where we are to send them they wait for the worker, where somebody else is they are told of at once. */
@Injectable()
export class MailQueue {
  constructor(private readonly platform: MailPlatform) {}

  /** Joins the transaction of the facts. */
  async add(tx: Transaction, facts: readonly MailFact[]): Promise<void> {
    if (facts.length === 0) return;
    const senders = await this.#senders(tx, facts);
    const ours = facts.flatMap((fact) => {
      const sender = senders.get(fact.accountId)?.[fact.kind];
      return sender === 'smtp' || sender === 'webhook' ? [{ fact, sender }] : [];
    });
    if (ours.length === 0) return;
    const attempts = await this.#attempts(tx, facts.filter(({ occasion }) => occasion === null));
    const rows = ours.map(({ fact, sender }) => this.#row(fact, sender, attempts.get(fact.subjectId) ?? '0'));
    const isNew = new Set((await new EntityRows(tx, Mail).insert<{ id: string }>(rows, 'on conflict (account_id, kind, subject_id, occasion) do nothing returning id')).map(({ id }) => id));
    const added = rows.filter(({ id }) => isNew.has(id));
    await this.tell(tx, added.filter(({ sender }) => sender === 'webhook'));
    if (added.some(({ sender }) => sender === 'smtp')) await this.platform.wakeups.notify(tx, MAILS_TOPIC);
  }

  /** Hands mails to whoever mails by webhook. */
  async tell(tx: Transaction, mails: readonly Mail[]): Promise<void> {
    if (mails.length === 0) return;
    const audiences = await sql<Audience>(tx, AUDIENCES, [mails.map(({ invoiceId }) => invoiceId)]);
    const audienceOf = new Map(audiences.map((audience) => [audience.invoice_id, audience]));
    for (const mail of mails) mail.recipients = recipientsAt(audienceOf.get(mail.invoiceId));
    await new EntityRows(tx, Mail).update(mails, ['recipients']);
    await this.platform.outbox.recordMany(tx, mails.map((mail) => mailWanted(mail, audienceOf.get(mail.invoiceId)?.locale ?? 'en')));
  }

  async #senders(tx: Transaction, facts: readonly MailFact[]): Promise<Map<string, Record<MailKind, MailSender>>> {
    const accounts = await tx.find(Account, { id: { $in: [...new Set(facts.map(({ accountId }) => accountId))] } });
    return new Map(accounts.map(({ id, mails }) => [id, completeMailSenders(mails)]));
  }

  /** How often we have tried to charge: a decline is told once for each try, however often it is seen. */
  async #attempts(tx: Transaction, facts: readonly MailFact[]): Promise<Map<string, string>> {
    if (facts.length === 0) return new Map();
    const rows = await sql<{ subject_id: string; attempts: string }>(tx, ATTEMPTS, [facts.map(({ accountId }) => accountId), facts.map(({ subjectId }) => subjectId), PAY]);
    return new Map(rows.map(({ subject_id: id, attempts }) => [id, attempts]));
  }

  #row({ occasion, ...fact }: MailFact, sender: 'smtp' | 'webhook', attempts: string): Mail {
    const now = this.platform.clock.now();
    const isOurs = sender === 'smtp';
    return {
      id: newId('mail', now),
      ...fact,
      occasion: occasion ?? attempts,
      sender,
      status: isOurs ? 'queued' : 'told',
      recipients: [],
      accepted: [],
      error: null,
      attempts: 0,
      resends: 0,
      queueTime: now,
      nextAttemptTime: isOurs ? now : null,
      sendTime: isOurs ? null : now,
      createTime: now,
      updateTime: now,
    };
  }
}

function recipientsAt(audience: Audience | undefined): string[] {
  return audience === undefined ? [] : recipientsOf({ customerEmail: audience.customer_email, billing: audience.billing });
}
