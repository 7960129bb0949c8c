import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { CostsService } from './costs.service.js';
import { marginsRequest, MarginsRequest, marginsResponse, MarginsResponse } from './dto/margins.dto.js';

@ApiTags('Costs')
@Controller('finance')
export class MarginsController {
  constructor(private readonly costs: CostsService) {}

  @Get('margins')
  @RequiresScope('read')
  @ApiOperation({ summary: 'What usage is charged with, less what it costs you', description: 'By the unit costs of the meters, which hold from an instant on.' })
  @ApiOkResponse({ type: MarginsResponse })
  @ApiErrors(400)
  async read(@CurrentAccount() { accountId }: Principal, @Query() query: MarginsRequest): Promise<MarginsResponse> {
    return marginsResponse(await this.costs.report(accountId, marginsRequest(query)));
  }
}
