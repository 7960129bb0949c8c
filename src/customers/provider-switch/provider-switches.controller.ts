import { Body, Controller, Delete, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { queryText } from '../dto/customers.query.js';
import { ProviderSwitchesPageRequest, ProviderSwitchRequest, switchInput, switchReference } from './dto/provider-switch.request.js';
import { providerSwitchResponse, ProviderSwitchResponse } from './dto/provider-switch.response.js';
import { ProviderSwitches } from './provider-switches.service.js';

@ApiTags('Customers')
@Controller('customers/payment-method/switch')
export class ProviderSwitchesController {
  constructor(private readonly switches: ProviderSwitches) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({
    summary: 'Switch a customer to another payment provider at a time to come',
    description: 'Bills of periods that ended by then stay with the provider of before. The customer’s id there is checked first; when it cannot be, it is checked once the switch is done.',
  })
  @ApiOkResponse({ type: ProviderSwitchResponse })
  @ApiErrors(400, 404, 409)
  async schedule(@CurrentAccount() account: Principal, @Body() body: ProviderSwitchRequest): Promise<ProviderSwitchResponse> {
    return providerSwitchResponse(await this.switches.schedule(account.accountId, switchInput(body)));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'Provider switches, scheduled and past, in creation order' })
  @ApiQuery({ name: 'customerId', required: false, type: String, description: 'Only those of this customer. The parameter’s name is read case-insensitively' })
  @ApiOkResponse({ type: [ProviderSwitchResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() account: Principal,
    @Query() query: Record<string, unknown>,
    @Query() page: ProviderSwitchesPageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProviderSwitchResponse[]> {
    const rows = await this.switches.list(account.accountId, queryText(query, 'customerId'), limitOf(page), parseCursor(page));
    return sendPage(request, reply, rows, limitOf(page), (row) => row).map(providerSwitchResponse);
  }

  @Delete()
  @RequiresScope('write')
  @ApiOperation({ summary: 'Cancel a scheduled provider switch', description: 'Named by its id, or by customer and time. Answers the cancelled switch, which stays listed.' })
  @ApiQuery({ name: 'id', required: false, type: String, description: 'The id of the switch' })
  @ApiQuery({ name: 'customerId', required: false, type: String, description: 'With switchTimeInSeconds, in place of id' })
  @ApiQuery({ name: 'switchTimeInSeconds', required: false, schema: { type: 'integer' }, description: 'With customerId, in place of id' })
  @ApiOkResponse({ type: ProviderSwitchResponse })
  @ApiErrors(400, 404, 409)
  async cancel(@CurrentAccount() account: Principal, @Query() query: Record<string, unknown>): Promise<ProviderSwitchResponse> {
    return providerSwitchResponse(await this.switches.cancel(account.accountId, switchReference(query)));
  }
}
