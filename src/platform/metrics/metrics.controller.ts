import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../http/api-errors.js';
import { RequiresInstallationAdmin } from '../http/auth.guard.js';
import { Metrics } from './metrics.js';

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

@ApiTags('Health')
@Controller('metrics')
@RequiresInstallationAdmin()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('Content-Type', CONTENT_TYPE)
  @ApiOperation({ summary: 'What this process counts, for Prometheus' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiErrors()
  read(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
