import { Module } from '@nestjs/common';
import { ProviderIntentsController } from './provider-intents.controller.js';
import { ProviderIntentsModule } from './provider-intents.module.js';

@Module({ imports: [ProviderIntentsModule], controllers: [ProviderIntentsController] })
export class ProviderIntentsHttpModule {}
