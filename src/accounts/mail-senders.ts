import { conflict } from '@tollkeeper/kernel';

/** What a customer is mailed about. */
export const MAIL_KINDS = ['invoice_issued', 'payment_received', 'payment_failed', 'action_required', 'payment_reminder', 'refund', 'credit_note'] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** Who mails it: the payment provider, we by SMTP, whoever hears the event `mail.wanted`, or nobody. */
export const MAIL_SENDERS = ['provider', 'smtp', 'webhook', 'nobody'] as const;
export type MailSender = (typeof MAIL_SENDERS)[number];

export type MailSenders = Readonly<Record<MailKind, MailSender>>;

/** What was so before there was a choice: a provider mails as its own settings say, and credit notes were never mailed by it. */
export const DEFAULT_MAIL_SENDERS: MailSenders = {
  invoice_issued: 'provider',
  payment_received: 'provider',
  payment_failed: 'provider',
  action_required: 'provider',
  payment_reminder: 'provider',
  refund: 'provider',
  credit_note: 'nobody',
};

/** @param chosen as an account holds it: only what somebody has chosen */
export function completeMailSenders(chosen: Partial<MailSenders>): MailSenders {
  return { ...DEFAULT_MAIL_SENDERS, ...chosen };
}

/**
 * The choice with a change to it; kinds the change does not name stay.
 * @throws DomainError `smtp_not_configured` (conflict)
 */
export function changedMailSenders(chosen: Partial<MailSenders>, change: Partial<Record<MailKind, MailSender | undefined>>, hasSmtp: boolean): Partial<MailSenders> {
  const given = Object.fromEntries(Object.entries(change).filter(([, sender]) => sender !== undefined)) as Partial<MailSenders>;
  if (!hasSmtp && Object.values(given).includes('smtp')) throw smtpNotConfigured();
  return { ...chosen, ...given };
}

export function smtpNotConfigured(): Error {
  return conflict('smtp_not_configured', 'This installation has no mail server: set SMTP_URL and MAIL_FROM in all of its processes and start them again, or let the provider or a webhook mail.');
}
