import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PaymentProviderRegistry } from '@tollkeeper/payment-provider';
import { Database } from '../platform/database/database.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { ConnectionView } from './connection-view.js';
import { PaymentProviderResponse } from './dto/payment-provider.response.js';
import { PaymentConnections } from './payment-connections.service.js';

@ApiTags('Payment providers')
@Controller('payment-providers')
export class PaymentProvidersController {
  constructor(
    private readonly registry: PaymentProviderRegistry,
    private readonly connections: PaymentConnections,
    private readonly view: ConnectionView,
    private readonly database: Database,
  ) {}

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List the payment providers of this installation', description: 'What each can do, the form its connection needs, and whether this account has connected it. The whole list.' })
  @ApiOkResponse({ type: [PaymentProviderResponse] })
  @ApiErrors()
  async list(@CurrentAccount() account: Principal): Promise<PaymentProviderResponse[]> {
    const connections = await this.connections.listOfAccount(this.database.reader(), account.accountId);
    return this.registry.all().map((provider) => this.view.provider(provider, connections.find(({ providerName }) => providerName === provider.describe().name) ?? null));
  }
}
