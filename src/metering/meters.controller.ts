import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Database } from '../platform/database/database.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { CurrentAccount, RequiresScope } from '../platform/http/auth.guard.js';
import { parseCursor, sendPage } from '../platform/http/paging.js';
import type { Principal } from '../platform/http/principal.js';
import { meterInput, MeterListRequest, MeterRequest } from './dto/meter.request.js';
import { meterResponse, MeterResponse } from './dto/meter.response.js';
import { MetersService } from './meters.service.js';

@ApiTags('Meters')
@Controller('meters')
export class MetersController {
  constructor(
    private readonly meters: MetersService,
    private readonly database: Database,
  ) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('write')
  @ApiOperation({ summary: 'Create a meter' })
  @ApiOkResponse({ type: MeterResponse })
  @ApiErrors(400, 409)
  async create(@CurrentAccount() account: Principal, @Body() body: MeterRequest): Promise<MeterResponse> {
    return meterResponse(await this.meters.create(account.accountId, meterInput(body)));
  }

  @Put()
  @RequiresScope('write')
  @ApiOperation({
    summary: 'Change a meter, or create it where the body has no id',
    description: 'Everything but the name is replaced. A meter is closed by lockingStatus: close_to_changes, close_to_deletions, and for ever deprecated.',
  })
  @ApiOkResponse({ type: MeterResponse })
  @ApiErrors(400, 404, 409)
  async update(@CurrentAccount() account: Principal, @Body() body: MeterRequest): Promise<MeterResponse> {
    const input = meterInput(body);
    return meterResponse(await (body.id ? this.meters.update(account.accountId, body.id, input) : this.meters.create(account.accountId, input)));
  }

  @Get()
  @RequiresScope('read')
  @ApiOperation({ summary: 'List meters in creation order', description: 'Without limit the whole list is answered.' })
  @ApiOkResponse({ type: [MeterResponse] })
  @ApiErrors(400)
  async list(
    @CurrentAccount() account: Principal,
    @Query() query: MeterListRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeterResponse[]> {
    if (query.meterApiName !== undefined) {
      const meter = await this.meters.findByApiName(this.database.reader(), account.accountId, query.meterApiName);
      return meter ? [meterResponse(meter)] : [];
    }
    const limit = query.limit;
    const rows = await this.meters.list(account.accountId, parseCursor(query), limit === undefined ? undefined : limit + 1);
    return (limit === undefined ? rows : sendPage(request, reply, rows, limit, (meter) => meter)).map(meterResponse);
  }

  @Get(':id')
  @RequiresScope('read')
  @ApiOperation({ summary: 'Get a meter' })
  @ApiOkResponse({ type: MeterResponse })
  @ApiErrors(404)
  async get(@CurrentAccount() account: Principal, @Param('id') id: string): Promise<MeterResponse> {
    return meterResponse(await this.meters.get(account.accountId, id));
  }

  @Delete(':id')
  @RequiresScope('write')
  @ApiOperation({
    summary: 'Delete a deprecated meter',
    description: 'Answers the deleted meter; {} where there is none of this id. Its events stay. A meter that product items use is not deleted.',
  })
  @ApiExtraModels(MeterResponse)
  @ApiOkResponse({ schema: { oneOf: [{ $ref: getSchemaPath(MeterResponse) }, { type: 'object', maxProperties: 0, description: 'No such meter' }] } })
  @ApiErrors(400, 409)
  async delete(@CurrentAccount() account: Principal, @Param('id') id: string): Promise<MeterResponse | Record<string, never>> {
    const meter = await this.meters.delete(account.accountId, id);
    return meter ? meterResponse(meter) : {};
  }
}
