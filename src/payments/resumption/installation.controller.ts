import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { RequiresInstallationAdmin } from '../../platform/http/auth.guard.js';
import { Installation } from '../../platform/installation/installation.js';
import { PlatformOptions } from '../../platform/platform-options.js';
import { InstallationResponse, installationResponse, ResumeRequest } from './dto/installation.dto.js';
import { ResumptionService } from './resumption.service.js';

@ApiTags('Installation')
@Controller('installation')
@RequiresInstallationAdmin()
export class InstallationController {
  constructor(
    private readonly installation: Installation,
    private readonly resumption: ResumptionService,
    private readonly options: PlatformOptions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whether this is a restored or copied database that waits to be resumed' })
  @ApiOkResponse({ type: InstallationResponse })
  @ApiErrors()
  async read(): Promise<InstallationResponse> {
    // In this order: a resumption that is seen as done has ended the pause.
    const resumption = await this.installation.resumption();
    return installationResponse(this.options.instanceId, await this.installation.pause(), resumption);
  }

  @Post('resume')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Resume a restored database: take over what its providers have, then write to them again',
    description: 'Stop the original for good before. Goes on after the answer; `GET /installation` shows how far it is. While one is running, that one is answered.',
  })
  @ApiOkResponse({ type: InstallationResponse })
  @ApiErrors(400, 409)
  async resume(@Body() { dryRun }: ResumeRequest): Promise<InstallationResponse> {
    await this.resumption.start(dryRun ?? false);
    return this.read();
  }
}
