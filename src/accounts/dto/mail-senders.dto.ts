import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { DEFAULT_MAIL_SENDERS, MAIL_SENDERS, type MailKind, type MailSender } from '../mail-senders.js';

function Sender(kind: MailKind, description: string): PropertyDecorator {
  return (target, property) => {
    ApiPropertyOptional({ enum: MAIL_SENDERS, default: DEFAULT_MAIL_SENDERS[kind], description })(target, property);
    IsOptional()(target, property);
    IsIn(MAIL_SENDERS)(target, property);
  };
}

export class MailSendersDto {
  @Sender('invoice_issued', 'With the document, and where it is paid')
  invoice_issued?: MailSender;

  @Sender('payment_received', 'The receipt')
  payment_received?: MailSender;

  @Sender('payment_failed', 'Each charge of ours that was declined')
  payment_failed?: MailSender;

  @Sender('action_required', '3-D Secure, or nothing that could be charged: the customer has to act')
  action_required?: MailSender;

  @Sender('payment_reminder', 'An invoice has become overdue')
  payment_reminder?: MailSender;

  @Sender('refund', 'Money went back without a credit note')
  refund?: MailSender;

  @Sender('credit_note', 'With the document')
  credit_note?: MailSender;
}
