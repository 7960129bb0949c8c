import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { ConnectionView } from '../../payment-connections/connection-view.js';
import { ConnectionResponse } from '../../payment-connections/dto/connection.response.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import type { Principal } from '../../platform/http/principal.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';

export class RotateWebhookSecretRequest {
  @ApiPropertyOptional({ description: 'The new signing secret of an endpoint that was set up by hand. Write-only', example: 'whsec_…' })
  @IsOptional()
  @IsString()
  webhookSecret?: string;
}

@ApiTags('Payment providers')
@ApiParam({ name: 'name', description: 'Provider name, read case-insensitively', example: 'STRIPE' })
@Controller('payment-providers/:name/connection/rotate-webhook-secret')
export class WebhookSecretsController {
  constructor(
    private readonly secrets: WebhookSecretsService,
    private readonly view: ConnectionView,
  ) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('admin')
  @ApiOperation({
    summary: 'Put another webhook signing secret in the place of the present one',
    description: 'Both are accepted until the new one has verified a webhook, 24 hours at most, so that no event is refused. Where the endpoint is registered by us, a second one is made and the first deleted after that; `webhook.secrets` of the answer shows how far it is.',
  })
  @ApiOkResponse({ type: ConnectionResponse })
  @ApiErrors(400, 404, 409, 503)
  async rotate(@CurrentAccount() { accountId }: Principal, @Param('name') name: string, @Body() { webhookSecret }: RotateWebhookSecretRequest): Promise<ConnectionResponse> {
    return this.view.connection(await this.secrets.rotate(accountId, name, webhookSecret));
  }
}
