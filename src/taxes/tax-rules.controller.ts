import { Body, Controller, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { CustomerTaxDto, TaxRuleDto } from './dto/tax-rule.dto.js';
import { TaxRulesService, type TaxRuleInput } from './tax-rules.service.js';

@ApiTags('Taxes')
@Controller()
export class TaxRulesController {
  constructor(private readonly rules: TaxRulesService) {}

  @Get('tax-defaults')
  @RequiresScope('read')
  @ApiOperation({ summary: 'The tax rates of whoever has none of their own' })
  @ApiOkResponse({ type: TaxRuleDto })
  @ApiErrors()
  async getDefaults(@CurrentAccount() { accountId }: Principal): Promise<TaxRuleDto> {
    return ruleOf(await this.rules.get(accountId, { type: 'account' }));
  }

  @Put('tax-defaults')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Set the tax rates of whoever has none of their own' })
  @ApiOkResponse({ type: TaxRuleDto })
  @ApiErrors(400)
  async putDefaults(@CurrentAccount() { accountId }: Principal, @Body() body: TaxRuleDto): Promise<TaxRuleDto> {
    return ruleOf(await this.rules.put(accountId, { type: 'account' }, body));
  }

  @Get('customers/:id/tax')
  @RequiresScope('read')
  @ApiOperation({ summary: 'A customer’s tax rates and exemption' })
  @ApiOkResponse({ type: CustomerTaxDto })
  @ApiErrors(404)
  async getCustomer(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<CustomerTaxDto> {
    return customerRuleOf(await this.rules.get(accountId, { type: 'customer', id }));
  }

  @Put('customers/:id/tax')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Set a customer’s tax rates and exemption', description: 'Instead of the account’s. Reverse charge needs a tax id of the customer.' })
  @ApiOkResponse({ type: CustomerTaxDto })
  @ApiErrors(400, 404, 409)
  async putCustomer(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Body() body: CustomerTaxDto): Promise<CustomerTaxDto> {
    return customerRuleOf(await this.rules.put(accountId, { type: 'customer', id }, body));
  }

  @Get('product-items/:id/tax')
  @RequiresScope('read')
  @ApiOperation({ summary: 'The tax rates of a product item' })
  @ApiOkResponse({ type: TaxRuleDto })
  @ApiErrors(404)
  async getProductItem(@CurrentAccount() { accountId }: Principal, @Param('id') id: string): Promise<TaxRuleDto> {
    return ruleOf(await this.rules.get(accountId, { type: 'product_item', id }));
  }

  @Put('product-items/:id/tax')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Set the tax rates of a product item', description: 'In their jurisdictions they take the place of the customer’s.' })
  @ApiOkResponse({ type: TaxRuleDto })
  @ApiErrors(400, 404)
  async putProductItem(@CurrentAccount() { accountId }: Principal, @Param('id') id: string, @Body() body: TaxRuleDto): Promise<TaxRuleDto> {
    return ruleOf(await this.rules.put(accountId, { type: 'product_item', id }, body));
  }

  @Get('plans/:id/fees/:feeId/tax')
  @RequiresScope('read')
  @ApiOperation({ summary: 'The tax rates of a plan’s fee' })
  @ApiOkResponse({ type: TaxRuleDto })
  @ApiErrors(404)
  async getFee(@CurrentAccount() { accountId }: Principal, @Param('id') planId: string, @Param('feeId') id: string): Promise<TaxRuleDto> {
    return ruleOf(await this.rules.get(accountId, { type: 'fee', planId, id }));
  }

  @Put('plans/:id/fees/:feeId/tax')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Set the tax rates of a plan’s fee', description: 'As those of a product item; also of an active plan.' })
  @ApiOkResponse({ type: TaxRuleDto })
  @ApiErrors(400, 404)
  async putFee(@CurrentAccount() { accountId }: Principal, @Param('id') planId: string, @Param('feeId') id: string, @Body() body: TaxRuleDto): Promise<TaxRuleDto> {
    return ruleOf(await this.rules.put(accountId, { type: 'fee', planId, id }, body));
  }
}

function ruleOf({ taxRateIds }: TaxRuleInput): TaxRuleDto {
  return { taxRateIds: [...taxRateIds] };
}

function customerRuleOf({ taxRateIds, exemption = 'none' }: TaxRuleInput): CustomerTaxDto {
  return { taxRateIds: [...taxRateIds], exemption };
}
