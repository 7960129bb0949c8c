import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { DomainError } from '@tollkeeper/kernel';
import { ApiErrors } from '../http/api-errors.js';
import { Public } from '../http/auth.guard.js';
import { Health } from './health.js';

class HealthResponse {
  @ApiProperty({ example: 'ok' })
  status!: 'ok';
}

class ReadyResponse extends HealthResponse {
  @ApiProperty({ enum: ['on', 'paused'], description: 'paused: this is a restored or copied database, and nothing is written to payment providers until it is resumed' })
  providerWrites!: 'on' | 'paused';
}

@ApiTags('Health')
@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly health: Health) {}

  @Get('live')
  @ApiOperation({ summary: 'The process runs' })
  @ApiOkResponse({ type: HealthResponse })
  @ApiErrors()
  live(): HealthResponse {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'The process can serve: the database answers and no shutdown has begun' })
  @ApiOkResponse({ type: ReadyResponse })
  @ApiErrors(503)
  async ready(): Promise<ReadyResponse> {
    if (!(await this.health.isReady())) throw new DomainError('unavailable', 'not_ready', 'The database does not answer, or the process is shutting down.', { retryAfterInSeconds: 1 });
    return { status: 'ok', providerWrites: await this.health.providerWrites() };
  }
}
