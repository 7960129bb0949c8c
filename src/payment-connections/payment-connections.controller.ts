import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { ConnectionFollowing } from './connection-following.js';
import { ConnectionSetup } from './connection-setup.service.js';
import { ConnectionView } from './connection-view.js';
import { ConnectionResponse, ConnectionTestResponse } from './dto/connection.response.js';
import { SaveConnectionRequest } from './dto/save-connection.request.js';

@ApiTags('Payment providers')
@ApiParam({ name: 'name', description: 'Provider name, read case-insensitively', example: 'STRIPE' })
@Controller('payment-providers/:name/connection')
export class PaymentConnectionsController {
  constructor(
    private readonly setup: ConnectionSetup,
    private readonly view: ConnectionView,
    private readonly following: ConnectionFollowing,
  ) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: "Read this account's connection to a provider, and how far it is followed" })
  @ApiOkResponse({ type: ConnectionResponse })
  @ApiErrors(400, 404)
  async get(@CurrentAccount() account: Principal, @Param('name') name: string): Promise<ConnectionResponse> {
    const connection = await this.setup.get(account.accountId, name);
    return this.view.followed(connection, await this.following.of(connection.id));
  }

  @Put()
  @RequiresScope('admin')
  @ApiOperation({
    summary: 'Connect a provider, or change the connection',
    description: 'New credentials are tried at the provider before they are stored. Credentials are encrypted and never answered; absent fields stay as they are.',
  })
  @ApiOkResponse({ type: ConnectionResponse })
  @ApiErrors(400, 409, 503)
  async save(@CurrentAccount() account: Principal, @Param('name') name: string, @Body() body: SaveConnectionRequest): Promise<ConnectionResponse> {
    const { connection, warning } = await this.setup.save(account.accountId, name, body);
    return this.view.connection(connection, warning);
  }

  @Delete()
  @RequiresScope('admin')
  @ApiOperation({ summary: 'Take a connection away', description: 'Refused with counts while customers are linked through it or invoices on it are open. Past invoices keep it as history.' })
  @ApiOkResponse({ type: ConnectionResponse })
  @ApiErrors(400, 404, 409)
  async delete(@CurrentAccount() account: Principal, @Param('name') name: string): Promise<ConnectionResponse> {
    return this.view.connection(await this.setup.delete(account.accountId, name));
  }

  @Post('test')
  @HttpCode(200)
  @RequiresScope('admin')
  @ApiOperation({ summary: 'Try the stored credentials at the provider', description: 'Resumes a paused connection when they work, pauses it when they are rejected.' })
  @ApiOkResponse({ type: ConnectionTestResponse })
  @ApiErrors(400, 404)
  async test(@CurrentAccount() account: Principal, @Param('name') name: string): Promise<ConnectionTestResponse> {
    return this.view.test(await this.setup.test(account.accountId, name));
  }
}
