import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { notFound } from '@tollkeeper/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Database } from '../platform/database/database.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresInstallationAdmin, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, PageRequest, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { AccountsService } from './accounts.service.js';
import { ApiKeysService } from './api-keys.service.js';
import { CreateAccountRequest, UpdateAccountRequest } from './dto/account.request.js';
import { accountResponse, AccountResponse, CreatedAccountResponse } from './dto/account.response.js';

@ApiTags('Accounts')
@Controller('accounts')
export class AccountsController {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly apiKeys: ApiKeysService,
  ) {}

  @Post()
  @HttpCode(200)
  @RequiresInstallationAdmin()
  @ApiOperation({ summary: 'Create an account; answers its first admin key once' })
  @ApiOkResponse({ type: CreatedAccountResponse })
  @ApiErrors(400)
  create(@Body() body: CreateAccountRequest): Promise<CreatedAccountResponse> {
    return this.database.transaction(async (tx) => {
      const account = this.accounts.create(tx, body);
      await tx.flush();
      const { key } = this.apiKeys.create(tx, account, { name: 'First admin key', scopes: ['admin'] });
      return { ...accountResponse(account), adminKey: key.reveal() };
    });
  }

  @Get()
  @RequiresInstallationAdmin()
  @ApiOperation({ summary: 'All accounts of this installation' })
  @ApiOkResponse({ type: [AccountResponse] })
  @ApiErrors(400)
  async list(@Query() page: PageRequest, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<AccountResponse[]> {
    const rows = await this.accounts.list(limitOf(page), parseCursor(page));
    return sendPage(request, reply, rows, limitOf(page), (row) => row).map(accountResponse);
  }

  @Get('current')
  @RequiresScope('read')
  @ApiOperation({ summary: 'The account of the key that calls' })
  @ApiOkResponse({ type: AccountResponse })
  @ApiErrors()
  async current(@CurrentAccount() principal: Principal): Promise<AccountResponse> {
    return accountResponse(await this.accounts.get(principal.accountId));
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'One account; others than the key’s own only for the installation admin' })
  @ApiOkResponse({ type: AccountResponse })
  @ApiErrors(404)
  async get(@Param('id') id: string, @CurrentAccount() principal: Principal): Promise<AccountResponse> {
    return accountResponse(await this.accounts.get(visible(id, principal)));
  }

  @Put(':id')
  @RequiresScope('admin')
  @ApiOperation({ summary: 'Change name, zone, language, the seller’s details, default provider or grace period' })
  @ApiOkResponse({ type: AccountResponse })
  @ApiErrors(400, 404)
  async update(@Param('id') id: string, @Body() body: UpdateAccountRequest, @CurrentAccount() principal: Principal): Promise<AccountResponse> {
    return accountResponse(await this.accounts.update(visible(id, principal), body));
  }
}

function visible(id: string, principal: Principal): string {
  if (id !== principal.accountId && !principal.installationAdmin) throw notFound('account', id);
  return id;
}
