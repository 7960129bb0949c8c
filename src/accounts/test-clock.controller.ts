import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { AccountClockService } from './account-clock.service.js';
import { MoveTestClockRequest, TestClockResponse } from './dto/test-clock.dto.js';

@ApiTags('Test clock')
@Controller('test-clock')
export class TestClockController {
  constructor(private readonly clock: AccountClockService) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'The account’s time, and whether all work due by then is done' })
  @ApiOkResponse({ type: TestClockResponse })
  @ApiErrors()
  get(@CurrentAccount() principal: Principal): Promise<TestClockResponse> {
    return this.clock.read(principal.accountId);
  }

  @Put()
  @RequiresScope('admin')
  @ApiOperation({ summary: 'Move a test account’s time forwards; answers at once, the work follows' })
  @ApiOkResponse({ type: TestClockResponse })
  @ApiErrors(400, 409)
  move(@Body() body: MoveTestClockRequest, @CurrentAccount() principal: Principal): Promise<TestClockResponse> {
    return this.clock.moveTo(principal.accountId, body.timeInMillis);
  }
}
