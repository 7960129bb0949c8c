import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiQuery, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { RawQuery } from '../customers/dto/customers.query.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { referenceCustomPlan, ReferenceCustomPlanRequest, ReferenceCustomPlanResponse, ReferenceFeeResponse, referencePlan, ReferencePlanResponse } from './dto/reference-custom-plan.dto.js';
import { customerOf } from './dto/reference-invoice.query.js';
import { ReferenceCustomPlans } from './reference-custom-plans.service.js';

const OfCustomer = ApiQuery({ name: 'customerId', required: true, type: String, description: 'Whose. The parameter’s name is read case-insensitively' });

/** For clients of the reference API; a new one takes /price-overrides. */
@ApiTags('Reference pricing')
@ApiExtraModels(ReferenceCustomPlanResponse, ReferenceFeeResponse)
@Controller('payments/pricing/amberflo/customer-pricing/price-override')
export class ReferenceCustomPlansController {
  constructor(private readonly customPlans: ReferenceCustomPlans) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Agree other prices, fees, minimum or free amount with a customer of the plan it is on', description: 'As POST /price-overrides does it for each of them; all of it or nothing.' })
  @ApiOkResponse({ type: ReferencePlanResponse })
  @ApiErrors(400, 409)
  async create(@CurrentAccount() { accountId }: Principal, @Body() body: ReferenceCustomPlanRequest): Promise<ReferencePlanResponse> {
    return referencePlan(await this.customPlans.create(accountId, body));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'A customer’s plan as it is for that customer', description: 'Of the latest assignment; an empty object where there is none.' })
  @OfCustomer
  @ApiOkResponse({ schema: { oneOf: [{ $ref: getSchemaPath(ReferenceCustomPlanResponse) }, { type: 'object', maxProperties: 0, description: 'No such assignment' }] } })
  @ApiErrors(400)
  async latest(@CurrentAccount() { accountId }: Principal, @Query() query: RawQuery): Promise<ReferenceCustomPlanResponse | Record<string, never>> {
    const latest = (await this.customPlans.history(accountId, customerOf(query))).at(-1);
    return latest ? referenceCustomPlan(latest) : {};
  }

  @Get('list')
  @RequiresScope('read')
  @ApiOperation({ summary: 'A customer’s plans as they are, or were, for that customer, by the start of the assignments' })
  @OfCustomer
  @ApiOkResponse({ type: [ReferenceCustomPlanResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: RawQuery): Promise<ReferenceCustomPlanResponse[]> {
    return (await this.customPlans.history(accountId, customerOf(query))).map(referenceCustomPlan);
  }
}
