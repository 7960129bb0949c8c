import { Module } from '@nestjs/common';
import { CreditNotesController } from './credit-notes.controller.js';
import { CreditNotesModule } from './credit-notes.module.js';

@Module({ imports: [CreditNotesModule], controllers: [CreditNotesController] })
export class CreditNotesHttpModule {}
