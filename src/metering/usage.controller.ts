import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DomainError, invalid } from '@tollkeeper/kernel';
import { CUSTOMER_FIELD } from '@tollkeeper/usage-store';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { RequestValidationPipe } from '../platform/http/validation.js';
import { rangeInMillis, UsageOfAllRequest, UsageReportRequest, usageRequest } from './dto/usage.request.js';
import { sparseUsageResponse, SparseUsageResponse, usageResponse, UsageResponse } from './dto/usage.response.js';
import { MetersService } from './meters.service.js';
import { UsageService } from './usage.service.js';

/** One answer may hold so many reports; each of them reads the store. */
const MAXIMUM_BATCH = 100;

@ApiTags('Usage')
@Controller('usage')
export class UsageController {
  readonly #validation = new RequestValidationPipe();

  constructor(
    private readonly usage: UsageService,
    private readonly meters: MetersService,
  ) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('read')
  @ApiOperation({ summary: 'Usage of one meter over time', description: 'A series for each group, without gaps: an interval in which nothing was counted has the value 0.' })
  @ApiOkResponse({ type: UsageResponse })
  @ApiErrors(400)
  async report(@CurrentAccount() account: Principal, @Body() body: UsageReportRequest): Promise<UsageResponse> {
    return usageResponse(await this.usage.report(account.accountId, usageRequest(body)), body);
  }

  @Post('batch')
  @HttpCode(200)
  @RequiresScope('read')
  @ApiOperation({ summary: 'Several usage reports, in the order of the requests' })
  @ApiBody({ type: [UsageReportRequest] })
  @ApiOkResponse({ type: [UsageResponse] })
  @ApiErrors(400)
  batch(@CurrentAccount() account: Principal, @Body() body: unknown): Promise<UsageResponse[]> {
    return this.#batch(body, (request) => this.report(account, request));
  }

  @Post('sparse')
  @HttpCode(200)
  @RequiresScope('read')
  @ApiOperation({ summary: 'Usage of one meter over time, without the intervals whose value is 0' })
  @ApiOkResponse({ type: SparseUsageResponse })
  @ApiErrors(400)
  async sparse(@CurrentAccount() account: Principal, @Body() body: UsageReportRequest): Promise<SparseUsageResponse> {
    return sparseUsageResponse(await this.report(account, body));
  }

  @Post('sparse/batch')
  @HttpCode(200)
  @RequiresScope('read')
  @ApiOperation({ summary: 'Several sparse usage reports, in the order of the requests' })
  @ApiBody({ type: [UsageReportRequest] })
  @ApiOkResponse({ type: [SparseUsageResponse] })
  @ApiErrors(400)
  sparseBatch(@CurrentAccount() account: Principal, @Body() body: unknown): Promise<SparseUsageResponse[]> {
    return this.#batch(body, (request) => this.sparse(account, request));
  }

  async #batch<Answer>(body: unknown, answer: (request: UsageReportRequest) => Promise<Answer>): Promise<Answer[]> {
    if (!Array.isArray(body) || body.length > MAXIMUM_BATCH) throw invalid('invalid_body', `Invalid request: the body must be an array of at most ${MAXIMUM_BATCH} usage requests.`);
    const answers: Answer[] = [];
    for (const [index, item] of (body as unknown[]).entries()) {
      try {
        const request = (await this.#validation.transform(item, { type: 'body', metatype: UsageReportRequest })) as UsageReportRequest;
        answers.push(await answer(request));
      } catch (error) {
        throw error instanceof DomainError ? ofRequest(index, error) : error;
      }
    }
    return answers;
  }

  @Get('all')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Usage of every meter over time, a report for each' })
  @ApiOkResponse({ type: [UsageResponse] })
  @ApiErrors(400)
  async all(@CurrentAccount() account: Principal, @Query() query: UsageOfAllRequest): Promise<UsageResponse[]> {
    const range = rangeInMillis(query);
    const groupBy = query.groupBy ? [CUSTOMER_FIELD] : [];
    const filters = query.customerId ? [{ field: CUSTOMER_FIELD, values: [query.customerId] }] : [];
    const answers: UsageResponse[] = [];
    for (const meter of await this.meters.list(account.accountId)) {
      const report = await this.usage.reportOf(meter, { interval: query.timeGroupingInterval, ...range, groupBy, filters });
      answers.push(usageResponse(report, { meterApiName: meter.meterApiName, aggregation: meter.aggregation, ...query }));
    }
    return answers;
  }
}

/** The same error, saying which request of a batch it is about. */
function ofRequest(index: number, error: DomainError): DomainError {
  const details = error.details.length === 0 ? [{ code: error.code, message: error.message }] : error.details;
  return new DomainError(error.kind, error.code, `Request ${index}: ${error.message}`, { details: details.map((detail) => ({ ...detail, index })) });
}
