import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, PageRequest, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { CreateTaxRateRequest, TaxRateResponse, taxRateResponse, TaxRateVersionRequest } from './dto/tax-rate.dto.js';
import { TaxRatesService } from './tax-rates.service.js';

@ApiTags('Taxes')
@Controller('tax-rates')
export class TaxRatesController {
  constructor(private readonly rates: TaxRatesService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Create a tax rate', description: 'It taxes nothing until it is assigned.' })
  @ApiOkResponse({ type: TaxRateResponse })
  @ApiErrors(400)
  async create(@CurrentAccount() { accountId }: Principal, @Body() body: CreateTaxRateRequest): Promise<TaxRateResponse> {
    return taxRateResponse(await this.rates.create(accountId, body));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List tax rates in creation order' })
  @ApiOkResponse({ type: [TaxRateResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: PageRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<TaxRateResponse[]> {
    const limit = limitOf(query);
    const rows = await this.rates.list(accountId, parseCursor(query), limit + 1);
    return sendPage(request, reply, rows, limit, (row) => row).map(taxRateResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get a tax rate with all its versions' })
  @ApiOkResponse({ type: TaxRateResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<TaxRateResponse> {
    return taxRateResponse(await this.rates.get(accountId, id));
  }

  @Post(':id/versions')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'What a tax rate takes from a time on', description: 'Behind the versions there are; the one before ends there. Locked invoices keep what they were locked with.' })
  @ApiOkResponse({ type: TaxRateResponse })
  @ApiErrors(400, 404, 409)
  async addVersion(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Body() body: TaxRateVersionRequest): Promise<TaxRateResponse> {
    return taxRateResponse(await this.rates.addVersion(accountId, id, body));
  }

  @Delete(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Delete a tax rate that nothing is assigned to', description: '409 names what is. Answers the rate as it was; invoices keep their copy.' })
  @ApiOkResponse({ type: TaxRateResponse })
  @ApiErrors(404, 409)
  async delete(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<TaxRateResponse> {
    return taxRateResponse(await this.rates.delete(accountId, id));
  }
}
