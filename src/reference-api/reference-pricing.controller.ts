import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiQuery, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { RawQuery } from '../customers/dto/customers.query.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import type { Principal } from '../platform/http/principal.js';
import { customerOf } from './dto/reference-invoice.query.js';
import { referenceAssignment, ReferenceAssignmentRequest, ReferenceAssignmentResponse, ReferenceCancellationRequest } from './dto/reference-pricing.dto.js';
import { ReferencePricing } from './reference-pricing.service.js';

const OfCustomer = ApiQuery({ name: 'customerId', required: true, type: String, description: 'Whose. The parameter’s name is read case-insensitively' });

/** For clients of the reference API; a new one takes /assignments. */
@ApiTags('Reference pricing')
@ApiExtraModels(ReferenceAssignmentResponse)
@Controller('payments/pricing/amberflo/customer-pricing')
export class ReferencePricingController {
  constructor(private readonly pricing: ReferencePricing) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Put a customer on a plan, move it there from another, or end the plan it is on', description: 'A change within a period is prorated on both sides, as POST /assignments/{id}/changes does it.' })
  @ApiOkResponse({ type: ReferenceAssignmentResponse })
  @ApiErrors(400, 409)
  async assign(@CurrentAccount() { accountId }: Principal, @Body() body: ReferenceAssignmentRequest): Promise<ReferenceAssignmentResponse> {
    return referenceAssignment(await this.pricing.assign(accountId, body));
  }

  @Post('product-plan-cancellation')
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Leave a plan for another one' })
  @ApiOkResponse({ type: ReferenceAssignmentResponse })
  @ApiErrors(400, 409)
  async cancel(@CurrentAccount() { accountId }: Principal, @Body() { customerId, newProductPlanId, startTimeInSeconds }: ReferenceCancellationRequest): Promise<ReferenceAssignmentResponse> {
    return referenceAssignment(await this.pricing.assign(accountId, { customerId, productPlanId: newProductPlanId, startTimeInSeconds }));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'A customer’s latest assignment', description: 'An empty object where there is none.' })
  @OfCustomer
  @ApiOkResponse({ schema: { oneOf: [{ $ref: getSchemaPath(ReferenceAssignmentResponse) }, { type: 'object', maxProperties: 0, description: 'No such assignment' }] } })
  @ApiErrors(400)
  async latest(@CurrentAccount() { accountId }: Principal, @Query() query: RawQuery): Promise<ReferenceAssignmentResponse | Record<string, never>> {
    const latest = (await this.pricing.history(accountId, customerOf(query))).at(-1);
    return latest ? referenceAssignment(latest) : {};
  }

  @Get('list')
  @RequiresScope('read')
  @ApiOperation({ summary: 'A customer’s assignments, by their start' })
  @OfCustomer
  @ApiOkResponse({ type: [ReferenceAssignmentResponse] })
  @ApiErrors(400)
  async list(@CurrentAccount() { accountId }: Principal, @Query() query: RawQuery): Promise<ReferenceAssignmentResponse[]> {
    return (await this.pricing.history(accountId, customerOf(query))).map(referenceAssignment);
  }
}
