import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { CreatePriceVersionRequest, PriceResponse, priceResponse } from './dto/price.dto.js';
import { PriceVersionsService } from './price-versions.service.js';

@ApiTags('Catalog')
@Controller('prices/:id/versions')
export class PriceVersionsController {
  constructor(private readonly versions: PriceVersionsService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({
    summary: 'Give a price another model from a day on',
    description: 'A billing period that holds that day is rated in two parts, a line for each. Not before the end of the last locked period that the price was billed in: 409.',
  })
  @ApiOkResponse({ type: PriceResponse })
  @ApiErrors(400, 404, 409)
  async add(@CurrentAccount() account: Principal, @Param('id') id: string, @Body() body: CreatePriceVersionRequest): Promise<PriceResponse> {
    return priceResponse(await this.versions.add(account.accountId, id, body));
  }

  @Delete(':version')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Take back the last version of a price', description: 'As long as no locked invoice was rated by it.' })
  @ApiOkResponse({ type: PriceResponse })
  @ApiErrors(400, 404, 409)
  async withdraw(@CurrentAccount() account: Principal, @Param('id') id: string, @Param('version') version: string): Promise<PriceResponse> {
    return priceResponse(await this.versions.withdraw(account.accountId, id, version));
  }
}
