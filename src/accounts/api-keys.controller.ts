import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Database } from '../platform/database/database.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, PageRequest, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { ApiKeysService } from './api-keys.service.js';
import { apiKeyResponse, ApiKeyResponse, CreateApiKeyRequest, CreatedApiKeyResponse } from './dto/api-key.dto.js';

@ApiTags('Accounts')
@Controller('api-keys')
@RequiresScope('admin')
export class ApiKeysController {
  constructor(
    private readonly database: Database,
    private readonly apiKeys: ApiKeysService,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Create a key of this account; the key itself is answered once' })
  @ApiOkResponse({ type: CreatedApiKeyResponse })
  @ApiErrors(400)
  create(@Body() body: CreateApiKeyRequest, @CurrentAccount() principal: Principal): Promise<CreatedApiKeyResponse> {
    return this.database.transaction((tx) => {
      const { apiKey, key } = this.apiKeys.create(tx, { id: principal.accountId, mode: principal.mode }, body);
      return Promise.resolve({ ...apiKeyResponse(apiKey), key: key.reveal() });
    });
  }

  @Get()
  @ApiOperation({ summary: 'Keys in use, without the keys themselves' })
  @ApiOkResponse({ type: [ApiKeyResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() principal: Principal,
    @Query() page: PageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ApiKeyResponse[]> {
    const rows = await this.apiKeys.list(principal.accountId, limitOf(page), parseCursor(page));
    return sendPage(request, reply, rows, limitOf(page), (row) => row).map(apiKeyResponse);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revoke a key; it stops working within seconds everywhere' })
  @ApiOkResponse({ type: ApiKeyResponse })
  @ApiErrors(404)
  async revoke(@Param('id') id: string, @CurrentAccount() principal: Principal): Promise<ApiKeyResponse> {
    return apiKeyResponse(await this.apiKeys.revoke(principal.accountId, id));
  }
}
