import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { CostsService } from './costs.service.js';
import { costsRequest, UsageCostRequest, UsageCostResponse, usageCostResponse } from './dto/usage-cost.dto.js';

@ApiTags('Costs')
@Controller('payments/cost')
export class UsageCostController {
  constructor(private readonly costs: CostsService) {}

  @Post('usage-cost')
  @HttpCode(200)
  @RequiresScope('read')
  @ApiOperation({
    summary: 'What usage is charged with, by interval',
    description: 'Each unit with what it adds to its period’s lines, so that intervals add up to them: before rounding, the plan’s free amount and minimum, and discounts. Usage as it is now, also of locked periods.',
  })
  @ApiOkResponse({ type: UsageCostResponse })
  @ApiErrors(400)
  async read(@CurrentAccount() { accountId }: Principal, @Body() body: UsageCostRequest): Promise<UsageCostResponse> {
    return usageCostResponse(await this.costs.report(accountId, costsRequest(body)), body);
  }
}
