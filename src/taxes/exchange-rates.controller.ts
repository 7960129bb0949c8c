import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { isStorableText, limitOf, readCursor, sendPageBy } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { ExchangeRateListRequest, ExchangeRateResponse, exchangeRateResponse, ExchangeRatesRequest } from './dto/exchange-rate.dto.js';
import { ExchangeRatesService, type ExchangeRateKey } from './exchange-rates.service.js';

@ApiTags('Taxes')
@Controller('exchange-rates')
export class ExchangeRatesController {
  constructor(private readonly rates: ExchangeRatesService) {}

  @Put()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Say what currencies are worth in others, by day', description: 'An invoice in a customer’s currency takes the latest rate of its last day or before. All or none are stored.' })
  @ApiOkResponse({ type: [ExchangeRateResponse] })
  @ApiErrors(400)
  async put(@CurrentAccount() { accountId }: Principal, @Body() { rates }: ExchangeRatesRequest): Promise<ExchangeRateResponse[]> {
    return (await this.rates.put(accountId, rates)).map(exchangeRateResponse);
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List exchange rates by pair and day' })
  @ApiOkResponse({ type: [ExchangeRateResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: ExchangeRateListRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<ExchangeRateResponse[]> {
    const limit = limitOf(query);
    const after = query.cursor === undefined ? null : readCursor(query.cursor, keyFrom);
    const rows = await this.rates.list(accountId, query, after, limit + 1);
    return sendPageBy(request, reply, rows, limit, ({ fromCurrency, toCurrency, date }) => [fromCurrency, toCurrency, date]).map(exchangeRateResponse);
  }

  @Delete(':from/:to/:date')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Delete an exchange rate', description: 'Answers it as it was; locked invoices keep theirs.' })
  @ApiOkResponse({ type: ExchangeRateResponse })
  @ApiErrors(404)
  async delete(@CurrentAccount() { accountId }: Principal, @Param('from') from: string, @Param('to') to: string, @Param('date') date: string): Promise<ExchangeRateResponse> {
    return exchangeRateResponse(await this.rates.delete(accountId, [from, to, date]));
  }
}

function keyFrom([from, to, date]: readonly unknown[]): ExchangeRateKey | null {
  return isStorableText(from) && isStorableText(to) && isStorableText(date) ? [from, to, date] : null;
}
