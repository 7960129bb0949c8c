import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, PageRequest, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { newPlan, planChange } from './dto/plan.mapping.js';
import { CreatePlanRequest, UpdatePlanRequest } from './dto/plan.request.js';
import { PlanResponse, planResponse } from './dto/plan.response.js';
import { PlanChangesService } from './plan-changes.service.js';
import { PlansService } from './plans.service.js';

@ApiTags('Catalog')
@Controller('plans')
export class PlansController {
  constructor(
    private readonly plans: PlansService,
    private readonly changes: PlanChangesService,
  ) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Create a plan: prices and fees, billed by a period' })
  @ApiOkResponse({ type: PlanResponse })
  @ApiErrors(400)
  async create(@CurrentAccount() account: Principal, @Body() body: CreatePlanRequest): Promise<PlanResponse> {
    return planResponse(await this.plans.create(account.accountId, newPlan(body)));
  }

  @Put(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Change a draft, make it active, rename a plan, make it the default, or deprecate it', description: 'Currency, billing period, amounts, fees and prices change of a draft only: customers are on an active plan.' })
  @ApiOkResponse({ type: PlanResponse })
  @ApiErrors(400, 404, 409)
  async update(@CurrentAccount() account: Principal, @Param('id') id: string, @Body() body: UpdatePlanRequest): Promise<PlanResponse> {
    return planResponse(await this.changes.update(account.accountId, id, planChange(body)));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List plans in creation order' })
  @ApiOkResponse({ type: [PlanResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() account: Principal,
    @Query() query: PageRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PlanResponse[]> {
    const limit = limitOf(query);
    const rows = await this.plans.list(account.accountId, { after: parseCursor(query), limit: limit + 1 });
    return sendPage(request, reply, rows, limit, (row) => row.plan).map(planResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get a plan' })
  @ApiOkResponse({ type: PlanResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() account: Principal, @Param('id') id: string): Promise<PlanResponse> {
    return planResponse(await this.plans.get(account.accountId, id));
  }

  @Delete(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Delete a plan that no customer was ever on', description: 'Answers the plan as it was.' })
  @ApiOkResponse({ type: PlanResponse })
  @ApiErrors(404, 409)
  async delete(@CurrentAccount() account: Principal, @Param('id') id: string): Promise<PlanResponse> {
    return planResponse(await this.changes.delete(account.accountId, id));
  }
}
