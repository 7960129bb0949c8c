import { ApiProperty } from '@nestjs/swagger';
import { MAIL_KINDS, type MailKind } from '../../accounts/mail-senders.js';
import { MAIL_STATUSES, type Mail, type MailStatus, type MailSubjectType } from '../mail.entity.js';
import type { MailTest } from '../mails.service.js';

export class MailResponse {
  @ApiProperty({ example: 'mail_1k83tbe11b0r40m01n6c81hbc' })
  id!: string;

  @ApiProperty({ enum: MAIL_KINDS })
  kind!: MailKind;

  @ApiProperty({ enum: ['smtp', 'webhook'], description: 'As it was chosen when the fact came about' })
  sender!: 'smtp' | 'webhook';

  @ApiProperty({ enum: MAIL_STATUSES, description: 'told: the event mail.wanted has handed it over. not_needed: what it would have said was no longer so' })
  status!: MailStatus;

  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  invoiceId!: string;

  @ApiProperty({ enum: ['invoice', 'refund', 'credit_note'] })
  subjectType!: MailSubjectType;

  @ApiProperty()
  subjectId!: string;

  @ApiProperty({ type: [String], description: 'As of the last attempt' })
  recipients!: readonly string[];

  @ApiProperty({ type: [String], description: 'Those for whom the mail server has taken it' })
  acceptedRecipients!: readonly string[];

  @ApiProperty({ type: String, nullable: true, description: 'Why the last attempt did not end it, or did for some recipients only' })
  error!: string | null;

  @ApiProperty({ description: 'Since it was queued last' })
  attempts!: number;

  @ApiProperty({ description: 'How often it was wanted once more' })
  resends!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Only while it is queued' })
  nextAttemptTime!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'When it was sent, or told' })
  sendTime!: number | null;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;

  @ApiProperty({ description: 'Epoch milliseconds' })
  updateTime!: number;
}

export class TestMailResponse implements MailTest {
  @ApiProperty({ enum: ['accepted', 'refused', 'unreachable'], description: 'What the mail server did with it' })
  result!: MailTest['result'];

  @ApiProperty({ type: String, nullable: true, description: 'Its own words; null where it took the mail' })
  message!: string | null;

  @ApiProperty({ example: 'Tollworks GmbH <billing@example.com>' })
  from!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The seller’s e-mail' })
  replyTo!: string | null;
}

export function mailResponse(mail: Mail): MailResponse {
  const { id, kind, sender, status, customerId, invoiceId, subjectType, subjectId, recipients, accepted, attempts, resends, createTime, updateTime } = mail;
  return {
    ...{ id, kind, sender, status, customerId, invoiceId, subjectType, subjectId, recipients },
    acceptedRecipients: accepted,
    error: mail.error ?? null,
    attempts,
    resends,
    nextAttemptTime: mail.nextAttemptTime ?? null,
    sendTime: mail.sendTime ?? null,
    createTime,
    updateTime,
  };
}
