import { Controller, HttpCode, Param, Post, Req, type RawBodyRequest } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { invalid } from '@tollkeeper/kernel';
import type { FastifyRequest } from 'fastify';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { Public } from '../../platform/http/auth.guard.js';
import { TakesRawBody } from '../../platform/http/raw-body.js';
import { WebhookIntakeService } from './webhook-intake.service.js';

/** Providers' events are some kilobytes; an invoice with 250 lines is about half of this. */
const BODY_LIMIT_IN_BYTES = 1024 * 1024;

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
  @ApiBody({ schema: { type: 'object' }, description: 'The provider’s own event' })
  @ApiOkResponse({ type: WebhookAcknowledgement })
  @ApiErrors(400, 404, 413, 503)
  async receive(@Param('provider') providerName: string, @Param('connectionId') connectionId: string, @Req() request: RawBodyRequest<FastifyRequest>): Promise<WebhookAcknowledgement> {
    const { rawBody } = request;
    if (!rawBody || rawBody.length === 0) throw invalid('empty_body', 'A webhook needs a body.');
    return { received: await this.intake.receive({ providerName, connectionId, rawBody, headers: request.headers }) };
  }
}
