import { applyDecorators, Body, Controller, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { IgnoresIdempotencyKey } from '../platform/http/idempotency.interceptor.js';
import type { Principal } from '../platform/http/principal.js';
import { TakesMediaTypes } from '../platform/http/typed-body.js';
import { IngestQuery } from './dto/ingest.query.js';
import { ingestResponse, IngestResponse } from './dto/ingest.response.js';
import { UsageRecordRequest } from './dto/usage-record.request.js';
import { IngestionService } from './ingestion.service.js';
import { CSV_TYPES, NDJSON_TYPES, recordsOf } from './record-formats.js';
import { withCustomerOfDimension } from './customer-of-dimension.js';

const PLAIN_TEXT = 'text/plain; charset=utf-8';
const JSON_SCHEMA = { oneOf: [{ $ref: getSchemaPath(UsageRecordRequest) }, { type: 'array', items: { $ref: getSchemaPath(UsageRecordRequest) } }] };

/** What both addresses of ingestion take, answer and need. */
const TakesRecords = (summary: string, description: string): MethodDecorator =>
  applyDecorators(
    HttpCode(200),
    RequiresScope('ingest'),
    IgnoresIdempotencyKey(),
    TakesMediaTypes(...NDJSON_TYPES, ...CSV_TYPES),
    ApiOperation({ summary, description }),
    ApiExtraModels(UsageRecordRequest, IngestResponse),
    ApiBody({ schema: JSON_SCHEMA }),
    ApiOkResponse({
      description: 'How many records were received; with details or partial what became of each',
      content: {
        'text/plain': { schema: { type: 'string' }, example: '2 records were ingested' },
        'application/json': { schema: { $ref: getSchemaPath(IngestResponse) } },
      },
    }),
    ApiErrors(400, 413, 429, 503),
  );

@ApiTags('Ingestion')
@Controller()
export class IngestionController {
  constructor(private readonly ingestion: IngestionService) {}

  @Post('ingest')
  @TakesRecords(
    'Store usage: one record or many',
    'Answers once the records are durable. Sending a record again counts it once: it is known by customer, meter and uniqueId, or by all its attributes where it has none. ' +
      'All records are stored or, where one is bad, none, unless partial=true. Customers and meters need not exist yet. ' +
      'A record or an array as JSON, or a record to a line as NDJSON (application/x-ndjson) or CSV (text/csv, whose further columns are dimensions); each may be gzip (Content-Encoding: gzip).',
  )
  ingest(@CurrentAccount() account: Principal, @Query() query: IngestQuery, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<string | IngestResponse> {
    return this.#ingest(account, query, recordsOf(body), reply);
  }

  @Post()
  @TakesRecords(
    'Store usage, at the address that LLM gateways send to',
    'As POST /ingest. A record without customerId takes its dimension business_unit_id for it.',
  )
  ingestAtRoot(@CurrentAccount() account: Principal, @Query() query: IngestQuery, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<string | IngestResponse> {
    return this.#ingest(account, query, recordsOf(body).map(withCustomerOfDimension), reply);
  }

  async #ingest({ accountId }: Principal, { details = false, partial = false }: IngestQuery, records: readonly unknown[], reply: FastifyReply): Promise<string | IngestResponse> {
    const result = await this.ingestion.ingest(accountId, records, { partial });
    if (details || partial) return ingestResponse(result);
    void reply.type(PLAIN_TEXT);
    return `${result.received} records were ingested`;
  }
}
