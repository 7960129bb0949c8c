import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { InvoiceDocumentsModule } from '../invoices/documents/invoice-documents.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { CreditNotesModule } from '../payments/credit-notes/credit-notes.module.js';
import { RefundsModule } from '../payments/refunds/refunds.module.js';
import { MailComposer } from './delivery/mail-composer.js';
import { MailDelivery } from './delivery/mail-delivery.js';
import { MailsLoop } from './delivery/mails.loop.js';
import { Mailer } from './delivery/mailer.js';
import { MailMetrics } from './mail-metrics.js';
import { MailPlatform } from './mail-platform.js';
import { Mail } from './mail.entity.js';
import { MailRepository } from './mail.repository.js';
import { MailsService } from './mails.service.js';
import { MailFacts } from './queue/mail-facts.js';
import { MailQueue } from './queue/mail-queue.js';
import { MailRequeue } from './queue/mail-requeue.js';

@Module({
  imports: [MikroOrmModule.forFeature([Mail]), AccountsModule, InvoicesModule, InvoiceDocumentsModule, RefundsModule, CreditNotesModule],
  providers: [MailRepository, MailQueue, MailFacts, MailRequeue, MailMetrics, MailPlatform, Mailer, MailComposer, MailDelivery, MailsLoop, MailsService],
  exports: [MailsService],
})
export class MailsModule {}
