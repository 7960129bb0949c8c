import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import type { Principal } from '../../platform/http/principal.js';
import { differencesResponse, InvoiceDifferencesResponse } from './dto/differences.response.js';
import { explainedEventsRequest, ExplainEventsRequest, ExplainInvoiceRequest } from './dto/explain.request.js';
import { ExplainedEventsResponse, explainedInvoiceResponse, ExplainedInvoiceResponse } from './dto/explain.response.js';
import { PreviewInvoiceRequest, previewRequest, PreviewInvoiceResponse, previewResponse } from './dto/preview.dto.js';
import { InvoiceDifferencesService } from './invoice-differences.service.js';
import { InvoiceExplanations } from './invoice-explanation.service.js';
import { pageOf, whatIfOf, WhatIfForAllRequest, whatIfResponse, WhatIfForAllResponse } from './dto/what-if-for-all.dto.js';
import { InvoicePreviews } from './invoice-previews.service.js';
import { WhatIfForAll } from './what-if-for-all.service.js';

@ApiTags('Invoices')
@Controller('invoices')
export class InvoiceExplanationsController {
  constructor(
    private readonly explanations: InvoiceExplanations,
    private readonly previews: InvoicePreviews,
    private readonly differences: InvoiceDifferencesService,
    private readonly whatIf: WhatIfForAll,
  ) {}

  @Post('preview')
  @HttpCode(200)
  @RequiresScope('read')
  @ApiOperation({ summary: 'What a customer’s period comes to, as it is or with another plan or other prices', description: 'Stores nothing. The period is rated whole, on both sides by the same rule.' })
  @ApiOkResponse({ type: PreviewInvoiceResponse })
  @ApiErrors(400, 404, 409, 422)
  async preview(@CurrentAccount() { accountId }: Principal, @Body() body: PreviewInvoiceRequest): Promise<PreviewInvoiceResponse> {
    return previewResponse(body.customerId, await this.previews.preview(accountId, previewRequest(body)));
  }

  @Post('preview/all')
  @HttpCode(200)
  @RequiresScope('read')
  @ApiOperation({ summary: 'What all customers’ running periods come to so far, as they are and with another plan or other prices', description: 'A page of customers at a time, before discounts; in the plan’s currency before tax, and as their invoices would say it. Stores nothing.' })
  @ApiOkResponse({ type: WhatIfForAllResponse })
  @ApiErrors(400, 404)
  async previewAll(@CurrentAccount() { accountId }: Principal, @Body() body: WhatIfForAllRequest): Promise<WhatIfForAllResponse> {
    const { limit, after } = pageOf(body);
    return whatIfResponse(await this.whatIf.page(accountId, whatIfOf(body), after, limit + 1), limit);
  }

  @Get(':id/explain')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Why an invoice is what it is: lines, price versions, tiers, days', description: 'In numbers that add up, as of now while it is open and as of its lock from then on.' })
  @ApiOkResponse({ type: ExplainedInvoiceResponse })
  @ApiErrors(400, 404, 422, 503)
  async explain(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Query() query: ExplainInvoiceRequest): Promise<ExplainedInvoiceResponse> {
    return explainedInvoiceResponse(await this.explanations.explain(accountId, id, query.position ?? null));
  }

  @Get(':id/explain/events')
  @RequiresScope('read')
  @ApiOperation({ summary: 'The events that a line counts, a page at a time' })
  @ApiOkResponse({ type: ExplainedEventsResponse })
  @ApiErrors(400, 404, 422, 503)
  async events(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Query() query: ExplainEventsRequest): Promise<ExplainedEventsResponse> {
    const { events, nextPageToken } = await this.explanations.events(accountId, id, explainedEventsRequest(query));
    return {
      events: events.map(({ uniqueId, meterValue, eventTimeInMillis, dimensions, ingestTimeInMillis }) => ({ uniqueId, meterValue, meterTimeInMillis: eventTimeInMillis, dimensions, ingestTimeInMillis })),
      nextPageToken,
    };
  }

  @Get(':id/differences')
  @RequiresScope('read')
  @ApiOperation({ summary: 'What a locked invoice would be if it were computed now, and why', description: 'Changes nothing: a locked invoice stays what it is.' })
  @ApiOkResponse({ type: InvoiceDifferencesResponse })
  @ApiErrors(404, 409, 422)
  async compare(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<InvoiceDifferencesResponse> {
    return differencesResponse(await this.differences.of(accountId, id));
  }
}
