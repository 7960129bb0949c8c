import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { MeteringModule } from '../metering/metering.module.js';
import { AffectedInvoices } from './affected-invoices.js';
import { CorrectionChecks } from './correction-checks.js';
import { CorrectionMetrics } from './correction-metrics.js';
import { CorrectionPreviews } from './correction-previews.service.js';
import { CorrectionWork } from './correction-work.js';
import { Correction, CorrectionEntry } from './correction.entity.js';
import { CorrectionEvents } from './corrections.events.js';
import { CorrectionsLoop } from './corrections.loop.js';
import { CorrectionsRepository } from './corrections.repository.js';
import { CorrectionsService } from './corrections.service.js';

/** Usage corrected by filter: many events taken back, or saying something else. */
@Module({
  imports: [MikroOrmModule.forFeature([Correction, CorrectionEntry]), AccountsModule, MeteringModule, CustomersModule, InvoicesModule],
  providers: [CorrectionsRepository, CorrectionChecks, CorrectionEvents, CorrectionsService, CorrectionWork, CorrectionsLoop, CorrectionMetrics, AffectedInvoices, CorrectionPreviews],
  exports: [CorrectionsService, CorrectionPreviews],
})
export class CorrectionsModule {}
