import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { linkToNextPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { exportedUsageResponse, ExportedUsageResponse, ExportUsageRequest, partsOfCursor, usageExportRequest } from './dto/usage-export.dto.js';
import { UsageExportService } from './usage-export.service.js';

@ApiTags('Usage')
@Controller('usage')
export class UsageExportController {
  constructor(private readonly usage: UsageExportService) {}

  @Get('export')
  @RequiresScope('read')
  @ApiOperation({
    summary: 'Everything that was counted, as records that can be ingested again',
    description:
      'A page at a time, by month, then meter, customer and time. All pages together show the moment of the first one: what was acknowledged before it is in, what comes later is not. Usage of customers and meters that do not exist is in it.',
  })
  @ApiOkResponse({ type: [ExportedUsageResponse] })
  @ApiErrors(400, 503)
  async export(
    @CurrentAccount() { accountId }: Principal,
    @Query() query: ExportUsageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExportedUsageResponse[]> {
    const wanted = usageExportRequest(query);
    const { events, next } = await this.usage.page(accountId, wanted);
    if (next) linkToNextPage(request, reply, wanted.limit, partsOfCursor(next));
    return events.map(exportedUsageResponse);
  }
}
