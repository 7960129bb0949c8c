import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module } from '@nestjs/common';
import { PaymentProviderModule } from '@tollkeeper/payment-provider';
import { PaymentConnectionsModule } from '../../payment-connections/payment-connections.module.js';
import { InboxEntry } from '../inbox/inbox-entry.entity.js';
import { StoredBodies } from './stored-bodies.js';
import { WebhookEventsController } from './webhook-events.controller.js';
import { WebhookEventsService } from './webhook-events.service.js';

@Module({ imports: [MikroOrmModule.forFeature([InboxEntry]), PaymentProviderModule, PaymentConnectionsModule], providers: [StoredBodies, WebhookEventsService], exports: [WebhookEventsService] })
export class WebhookEventsModule {}

@Module({ imports: [WebhookEventsModule], controllers: [WebhookEventsController] })
export class WebhookEventsHttpModule {}
