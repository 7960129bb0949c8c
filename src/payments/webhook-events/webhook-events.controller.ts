import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { limitOf, parseCursor, sendPage } from '../../platform/http/paging.js';
import type { Principal } from '../../platform/http/principal.js';
import { ListWebhookEventsRequest, ReplayWebhookEventsRequest } from './dto/webhook-event.request.js';
import { ReplayedWebhookEventsResponse, WebhookEventResponse } from './dto/webhook-event.response.js';
import { webhookEventResponse } from './webhook-event.mapping.js';
import { WebhookEventsService } from './webhook-events.service.js';

@ApiTags('Webhook events')
@Controller('webhook-events')
export class WebhookEventsController {
  constructor(private readonly events: WebhookEventsService) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'What arrived from payment providers and became of it, in order of receipt', description: '`status=dead` lists what was given up and waits for a person. Bodies are never answered.' })
  @ApiOkResponse({ type: [WebhookEventResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() principal: Principal,
    @Query() query: ListWebhookEventsRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookEventResponse[]> {
    const { status, type, connectionId, source } = query;
    const rows = await this.events.list(principal.accountId, { status, type, connectionId, source }, limitOf(query), parseCursor(query));
    return sendPage(request, reply, rows, limitOf(query), ({ receiveTime, id }) => ({ createTime: receiveTime, id })).map(webhookEventResponse);
  }

  @Post('replay')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Handle all dead events again, or those of a type, connection or source' })
  @ApiOkResponse({ type: ReplayedWebhookEventsResponse })
  @ApiErrors(400)
  replayDead(@CurrentAccount() { accountId, keyId }: Principal, @Body() body: ReplayWebhookEventsRequest): Promise<ReplayedWebhookEventsResponse> {
    const { type, connectionId, source } = body;
    return this.events.replayDead({ accountId, apiKeyId: keyId }, { type, connectionId, source });
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'One event: attempts, the last error, the next attempt' })
  @ApiOkResponse({ type: WebhookEventResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() principal: Principal, @Param('id') id: string): Promise<WebhookEventResponse> {
    return webhookEventResponse(await this.events.get(principal.accountId, id));
  }

  @Post(':id/replay')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Handle an event again, whatever became of it', description: 'Its body is read anew while it is kept (30 days), so that a type a newer version knows is understood. One that is pending is tried at once.' })
  @ApiOkResponse({ type: WebhookEventResponse })
  @ApiErrors(404)
  async replay(@CurrentAccount() { accountId, keyId }: Principal, @Param('id') id: string): Promise<WebhookEventResponse> {
    return webhookEventResponse(await this.events.replay({ accountId, apiKeyId: keyId }, id));
  }
}
