import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { limitOf, PageRequest, parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { CreatePlanRequest, newPlan, PlanResponse, planResponse, UpdatePlanRequest } from './dto/plan.dto.js';
import { PlansService } from './plans.service.js';

@ApiTags('Catalog')
@Controller('plans')
export class PlansController {
  constructor(private readonly plans: PlansService) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Create a plan: prices and a base fee, billed by a period' })
  @ApiOkResponse({ type: PlanResponse })
  @ApiErrors(400)
  async create(@CurrentAccount() account: Principal, @Body() body: CreatePlanRequest): Promise<PlanResponse> {
    return planResponse(await this.plans.create(account.accountId, newPlan(body)));
  }

  @Put(':id')
  @RequiresScope('write')
  @ApiOperation({ summary: 'Rename a plan, make it the default, or deprecate it', description: 'What it costs does not change: customers are on it.' })
  @ApiOkResponse({ type: PlanResponse })
  @ApiErrors(400, 404, 409)
  async update(@CurrentAccount() account: Principal, @Param('id') id: string, @Body() body: UpdatePlanRequest): Promise<PlanResponse> {
    return planResponse(await this.plans.update(account.accountId, id, body));
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
}
