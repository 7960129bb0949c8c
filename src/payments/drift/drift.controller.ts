import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { DEFAULT_PAGE_LIMIT } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { DriftQuery, DriftReportResponse, driftReportResponse, DriftResponse, driftResponse, DriftRunResponse, driftRunResponse } from './dto/drift.dto.js';
import { DriftService } from './drift.service.js';

@ApiTags('Drift')
@Controller('payments/drift')
export class DriftController {
  constructor(private readonly drift: DriftService) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'Where the account and its payment providers say different things, and since when', description: 'As of the last comparison, with its time; and how far a running one is.' })
  @ApiOkResponse({ type: DriftReportResponse })
  @ApiErrors(400)
  async report(@CurrentAccount() principal: Principal, @Query() { limit }: DriftQuery): Promise<DriftReportResponse> {
    return driftReportResponse(await this.drift.report(principal.accountId, limit ?? DEFAULT_PAGE_LIMIT));
  }

  @Post('runs')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Compare everything open and recently closed with the providers now', description: 'Goes on after the answer. While a comparison is running, that one is answered.' })
  @ApiOkResponse({ type: DriftRunResponse })
  @ApiErrors()
  async start(@CurrentAccount() principal: Principal): Promise<DriftRunResponse> {
    return driftRunResponse(await this.drift.start(principal.accountId));
  }

  @Get('runs/:id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'One comparison, and how far it is' })
  @ApiOkResponse({ type: DriftRunResponse })
  @ApiErrors(404)
  async run(@CurrentAccount() principal: Principal, @Param('id') id: string): Promise<DriftRunResponse> {
    return driftRunResponse(await this.drift.run(principal.accountId, id));
  }

  @Post(':id/repair')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Take over what the provider says', description: 'Fetches the object, or links what is there already, and looks again. `resolvedTime` says whether that ended it; `advice` what is left for a person.' })
  @ApiOkResponse({ type: DriftResponse })
  @ApiErrors(404, 503)
  async repair(@CurrentAccount() principal: Principal, @Param('id') id: string): Promise<DriftResponse> {
    return driftResponse(await this.drift.repair(principal.accountId, id));
  }
}
