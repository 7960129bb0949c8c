import { readAll, readPage, type Page, type PageQuery } from '../page.js';
import { segment, type CallOptions, type Transport } from '../transport.js';

export type MailKind = 'invoice_issued' | 'payment_received' | 'payment_failed' | 'action_required' | 'payment_reminder' | 'refund' | 'credit_note';
/** The provider, the installation's mail server, whoever hears `mail.wanted`, or nobody. */
export type MailSender = 'provider' | 'smtp' | 'webhook' | 'nobody';
export type MailSenders = Readonly<Record<MailKind, MailSender>>;
/** `told`: handed over by `mail.wanted`; `not_needed`: what it would have said was no longer so when its turn came. */
export type MailStatus = 'queued' | 'sent' | 'told' | 'failed' | 'not_needed';

/** One mail to a customer about one fact. */
export interface Mail {
  readonly id: string;
  readonly kind: MailKind;
  readonly sender: 'smtp' | 'webhook';
  readonly status: MailStatus;
  readonly customerId: string;
  readonly invoiceId: string;
  readonly subjectType: 'invoice' | 'refund' | 'credit_note';
  readonly subjectId: string;
  /** As of the last attempt. */
  readonly recipients: readonly string[];
  /** Those for whom the mail server has taken it. */
  readonly acceptedRecipients: readonly string[];
  /** Why the last attempt did not end it, or did for some recipients only. */
  readonly error: string | null;
  readonly attempts: number;
  readonly resends: number;
  /** Only while it is queued. */
  readonly nextAttemptTime: number | null;
  readonly sendTime: number | null;
  /** Epoch milliseconds. */
  readonly createTime: number;
  readonly updateTime: number;
}

export interface MailQuery extends PageQuery {
  readonly status?: MailStatus;
  readonly kind?: MailKind;
  readonly customerId?: string;
  readonly invoiceId?: string;
}

export interface MailTest {
  readonly result: 'accepted' | 'refused' | 'unreachable';
  /** The mail server's own words; null where it took the mail. */
  readonly message: string | null;
  readonly from: string;
  readonly replyTo: string | null;
}

/** Mails to customers; who sends which is a setting of the account. */
export class MailsResource {
  constructor(private readonly transport: Transport) {}

  list(query: MailQuery = {}, options?: CallOptions): Promise<Page<Mail>> {
    return readPage(this.transport, '/mails', { ...query }, options);
  }

  all(query: MailQuery = {}, options?: CallOptions): AsyncGenerator<Mail, void, void> {
    return readAll(this.transport, '/mails', { ...query }, options);
  }

  get(id: string, options?: CallOptions): Promise<Mail> {
    return this.transport.json({ ...options, method: 'GET', path: `/mails/${segment(id)}` });
  }

  /** Once more, whatever became of it. */
  resend(id: string, options?: CallOptions): Promise<Mail> {
    return this.transport.json({ ...options, method: 'POST', path: `/mails/${segment(id)}/resend` });
  }

  /** Sends a test mail at once. */
  test(to: string, options?: CallOptions): Promise<MailTest> {
    return this.transport.json({ ...options, method: 'POST', path: '/mails/test', body: { to } });
  }
}
