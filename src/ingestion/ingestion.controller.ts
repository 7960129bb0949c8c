import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { invalid } from '@tollkeeper/kernel';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { IgnoresIdempotencyKey } from '../platform/http/idempotency.interceptor.js';
import type { Principal } from '../platform/http/principal.js';
import { UsageRecordRequest } from './dto/usage-record.request.js';
import { IngestionService } from './ingestion.service.js';

@ApiTags('Ingestion')
@Controller('ingest')
export class IngestionController {
  constructor(private readonly ingestion: IngestionService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('ingest')
  @IgnoresIdempotencyKey()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({
    summary: 'Store usage: one record or an array of them',
    description:
      'Answers once the records are durable. Sending a record again counts it once: it is known by customer, meter and uniqueId, or by all its attributes where it has none. ' +
      'All records are stored or, where one is bad, none. Customers and meters need not exist yet. The body may be gzip (Content-Encoding: gzip).',
  })
  @ApiExtraModels(UsageRecordRequest)
  @ApiBody({ schema: { oneOf: [{ $ref: getSchemaPath(UsageRecordRequest) }, { type: 'array', items: { $ref: getSchemaPath(UsageRecordRequest) } }] } })
  @ApiOkResponse({ description: 'How many records were received', content: { 'text/plain': { schema: { type: 'string' }, example: '2 records were ingested' } } })
  @ApiErrors(400, 413, 429, 503)
  async ingest(@CurrentAccount() account: Principal, @Body() body: unknown): Promise<string> {
    if (typeof body !== 'object' || body === null) throw invalid('invalid_body', 'Invalid request: the body must be one usage record or an array of them, as JSON.');
    const { received } = await this.ingestion.ingest(account.accountId, Array.isArray(body) ? body : [body]);
    return `${received} records were ingested`;
  }
}
