import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { invalid } from '@tollkeeper/kernel';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../../platform/http/auth.guard.js';
import { IdOfRequest } from '../../platform/http/id-of-request.js';
import type { Principal } from '../../platform/http/principal.js';
import { PlatformOptions } from '../../platform/platform-options.js';
import { AttachPaymentMethodRequest, PaymentMethodSetupRequest } from './dto/payment-method.request.js';
import { paymentMethodResponse, PaymentMethodResponse, PaymentMethodSetupResponse, setupResponse } from './dto/payment-method.response.js';
import { PaymentMethodsService } from './payment-methods.service.js';

const DEFAULT_CURRENCY = 'USD';

@ApiTags('Payment methods')
@Controller('customers/:customerId')
export class PaymentMethodsController {
  constructor(
    private readonly methods: PaymentMethodsService,
    private readonly options: PlatformOptions,
  ) {}

  @Post('payment-method-setup')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Let a customer enter a payment method', description: 'Answers a page of the provider, or a client secret for its script. The first method becomes the default.' })
  @ApiOkResponse({ type: PaymentMethodSetupResponse })
  @ApiErrors(400, 404, 409, 503)
  async setUp(@CurrentAccount() account: Principal, @Param('customerId') customerId: string, @Body() body: PaymentMethodSetupRequest, @IdOfRequest('pms') id: string): Promise<PaymentMethodSetupResponse> {
    const mode = body.mode ?? 'hosted_page';
    const returnUrl = body.returnUrl ?? this.options.publicUrl ?? null;
    if (mode === 'hosted_page' && returnUrl === null) {
      throw invalid('missing_return_url', 'Invalid request: returnUrl is needed with mode hosted_page, because this installation has no PUBLIC_URL.', [
        { field: 'returnUrl', code: 'missing_field', message: 'returnUrl is needed' },
      ]);
    }
    const setup = await this.methods.beginSetup(account.accountId, customerId, { id, mode, returnUrl: returnUrl ?? '', currency: (body.currency ?? DEFAULT_CURRENCY).toUpperCase() });
    return setupResponse(setup);
  }

  @Get('payment-methods')
  @RequiresScope('read')
  @ApiOperation({ summary: 'List a customer’s payment methods', description: 'As the provider has them now; the whole list.' })
  @ApiOkResponse({ type: [PaymentMethodResponse] })
  @ApiErrors(400, 404, 409, 503)
  async list(@CurrentAccount() account: Principal, @Param('customerId') customerId: string): Promise<PaymentMethodResponse[]> {
    return (await this.methods.list(account.accountId, customerId)).map(paymentMethodResponse);
  }

  @Post('payment-methods')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Attach a payment method', description: 'A method that exists at the provider, or on a test account a test card by name. The first one becomes the default.' })
  @ApiOkResponse({ type: PaymentMethodResponse })
  @ApiErrors(400, 404, 409, 503)
  async attach(@CurrentAccount() account: Principal, @Param('customerId') customerId: string, @Body() body: AttachPaymentMethodRequest): Promise<PaymentMethodResponse> {
    return paymentMethodResponse(await this.methods.attach(account.accountId, customerId, body.paymentMethodId));
  }

  @Post('payment-methods/:paymentMethodId/default')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Make a payment method the default' })
  @ApiOkResponse({ type: PaymentMethodResponse })
  @ApiErrors(400, 404, 409, 503)
  async setDefault(@CurrentAccount() account: Principal, @Param('customerId') customerId: string, @Param('paymentMethodId') id: string): Promise<PaymentMethodResponse> {
    return paymentMethodResponse(await this.methods.setDefault(account.accountId, customerId, id));
  }

  @Delete('payment-methods/:paymentMethodId')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Take a payment method away', description: 'Answers the method that was detached. It cannot be attached again.' })
  @ApiOkResponse({ type: PaymentMethodResponse })
  @ApiErrors(400, 404, 409, 503)
  async detach(@CurrentAccount() account: Principal, @Param('customerId') customerId: string, @Param('paymentMethodId') id: string): Promise<PaymentMethodResponse> {
    return paymentMethodResponse(await this.methods.detach(account.accountId, customerId, id));
  }
}
