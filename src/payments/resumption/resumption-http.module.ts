import { Module } from '@nestjs/common';
import { InstallationController } from './installation.controller.js';
import { ResumptionModule } from './resumption.module.js';

@Module({ imports: [ResumptionModule], controllers: [InstallationController] })
export class ResumptionHttpModule {}
