import { Module } from '@nestjs/common';
import { MailsController } from './mails.controller.js';
import { MailsModule } from './mails.module.js';

@Module({ imports: [MailsModule], controllers: [MailsController] })
export class MailsHttpModule {}
