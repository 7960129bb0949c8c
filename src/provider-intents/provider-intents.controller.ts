import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { ListProviderIntentsRequest, ResolveProviderIntentRequest } from './dto/provider-intent.request.js';
import { providerIntentResponse, ProviderIntentResponse } from './dto/provider-intent.response.js';
import { IntentResolution } from './intent-resolution.service.js';

@ApiTags('Provider intents')
@Controller('provider-intents')
export class ProviderIntentsController {
  constructor(private readonly intents: IntentResolution) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'What was wanted at payment providers and became of it, in order of creation', description: '`undecidable=true` lists what waits for a person. What was sent is never answered.' })
  @ApiOkResponse({ type: [ProviderIntentResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() { accountId }: Principal,
    @Query() query: ListProviderIntentsRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProviderIntentResponse[]> {
    const { outcome, kind, connectionId, undecidable } = query;
    const rows = await this.intents.list(accountId, { outcome, kind, connectionId, undecidable }, limitOf(query), parseCursor(query));
    return sendPage(request, reply, rows, limitOf(query), (row) => row).map(providerIntentResponse);
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({
    summary: 'Say whether something was done of which nothing else can tell',
    description: '`not_done` lets it be tried anew. `done` ends it; with providerObjectId the object is looked up and what follows from it follows.',
  })
  @ApiOkResponse({ type: ProviderIntentResponse })
  @ApiErrors(400, 404, 409, 503)
  async resolve(@CurrentAccount() { accountId, keyId }: Principal, @Param('id') id: string, @Body() body: ResolveProviderIntentRequest): Promise<ProviderIntentResponse> {
    const { outcome, note, providerObjectId = null } = body;
    return providerIntentResponse(await this.intents.resolve({ accountId, apiKeyId: keyId }, id, { outcome, note, providerObjectId }));
  }
}
