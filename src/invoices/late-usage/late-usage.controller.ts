import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import type { Principal } from '../../platform/http/principal.js';
import { lateUsageResponse, LateUsageResponse } from './late-usage.response.js';
import { LateUsageService } from './late-usage.service.js';

@ApiTags('Invoices')
@Controller('invoices')
export class LateUsageController {
  constructor(private readonly lateUsage: LateUsageService) {}

  @Get(':id/late-usage')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Usage of its period that came or was corrected after its lock, and what bills it', description: 'Empty until the price is locked.' })
  @ApiOkResponse({ type: LateUsageResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<LateUsageResponse> {
    return lateUsageResponse(await this.lateUsage.report(accountId, id));
  }
}
