import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import type { Principal } from '../../platform/http/principal.js';
import { givenUnitCost, PutUnitCostRequest, UnitCostResponse, unitCostResponse } from './unit-costs.dto.js';
import { UnitCosts } from './unit-costs.service.js';

@ApiTags('Meters')
@Controller('meters/:id/unit-costs')
export class UnitCostsController {
  constructor(private readonly costs: UnitCosts) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'What a unit of the meter costs you, in the order of time' })
  @ApiOkResponse({ type: [UnitCostResponse] })
  @ApiErrors(404)
  async list(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<UnitCostResponse[]> {
    return (await this.costs.list(accountId, id)).map(unitCostResponse);
  }

  @Put()
  @RequiresScope('write')
  @ApiOperation({ summary: 'Say what a unit costs you from an instant on', description: 'Replaces what was said of the same instant. Nothing is billed by it; margins are computed with it.' })
  @ApiOkResponse({ type: [UnitCostResponse] })
  @ApiErrors(400, 404)
  async put(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Body() body: PutUnitCostRequest): Promise<UnitCostResponse[]> {
    return (await this.costs.put(accountId, id, givenUnitCost(body))).map(unitCostResponse);
  }

  @Delete(':effectiveFromTimeInMillis')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Take back what was said from an instant on', description: 'What was said before holds on.' })
  @ApiOkResponse({ type: [UnitCostResponse] })
  @ApiErrors(404)
  async remove(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Param('effectiveFromTimeInMillis') effectiveFrom: string): Promise<UnitCostResponse[]> {
    return (await this.costs.remove(accountId, id, effectiveFrom)).map(unitCostResponse);
  }
}
