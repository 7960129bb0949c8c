import { Controller, HttpCode, Post, Req, type RawBodyRequest } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { invalid } from '@tollkeeper/kernel';
import type { FastifyRequest } from 'fastify';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { Public } from '../../platform/http/auth.guard.js';
import { TakesRawBody } from '../../platform/http/raw-body.js';
import { WebhookIntakeService } from './webhook-intake.service.js';

/** Providers' events are some kilobytes; an invoice with 250 lines is about half of this. */
const BODY_LIMIT_IN_BYTES = 1024 * 1024;

type WebhookRequest = RawBodyRequest<FastifyRequest<{ Params: { provider: string; connectionId: string } }>>;

class WebhookAcknowledgement {
  @ApiProperty({ description: 'False when this event had arrived before' })
  received!: boolean;
}

/** The provider's signature is the authentication here; it is verified over the exact bytes received. */
@ApiTags('Webhooks')
@Controller('webhooks')
@Public()
export class WebhooksController {
  constructor(private readonly intake: WebhookIntakeService) {}

  @Post(':provider/:connectionId')
  @HttpCode(200)
  @TakesRawBody(BODY_LIMIT_IN_BYTES)
  @ApiOperation({ summary: 'For payment providers: verified, stored, acknowledged, handled after' })
  @ApiParam({ name: 'provider', type: 'string' })
  @ApiParam({ name: 'connectionId', type: 'string' })
  @ApiBody({ schema: { type: 'object' }, description: 'The provider’s own event' })
  @ApiOkResponse({ type: WebhookAcknowledgement })
  @ApiErrors(400, 404, 413, 503)
  async receive(@Req() request: WebhookRequest): Promise<WebhookAcknowledgement> {
    const { rawBody, headers } = request;
    const { provider: providerName, connectionId } = request.params;
    if (!rawBody || rawBody.length === 0) throw invalid('empty_body', 'A webhook needs a body.');
    return { received: await this.intake.receive({ providerName, connectionId, rawBody, headers }) };
  }
}
