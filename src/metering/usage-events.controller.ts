import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { UsageEventsRequest, usageEventsRequest, UsageEventsResponse, usageEventsResponse, UsageRateRequest, UsageRateResponse } from './dto/usage-events.dto.js';
import { UsageEventsService } from './usage-events.service.js';

@ApiTags('Usage')
@Controller('usage')
export class UsageEventsController {
  constructor(private readonly events: UsageEventsService) {}

  @Get('events')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Events of a meter, a page at a time' })
  @ApiOkResponse({ type: UsageEventsResponse })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: UsageEventsRequest): Promise<UsageEventsResponse> {
    return usageEventsResponse(await this.events.list(accountId, usageEventsRequest(query)), query);
  }

  @Get('current-usage-rate')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Units that a customer used in the last hour' })
  @ApiOkResponse({ type: UsageRateResponse })
  @ApiErrors(400)
  async currentRate(@CurrentAccount() { accountId }: Principal, @Query() query: UsageRateRequest): Promise<UsageRateResponse> {
    return { rate: Number(await this.events.unitsInLastHour(accountId, query)), request: { ...query } };
  }
}
