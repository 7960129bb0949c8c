import { applyDecorators, createParamDecorator, Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import { DomainError } from '@tollkeeper/kernel';
import type { FastifyRequest } from 'fastify';
import { KeyAuthenticator, mayUse, type Principal, type Scope } from './principal.js';

const PUBLIC = 'tollkeeper:public';
const SCOPE = 'tollkeeper:scope';
const INSTALLATION_ADMIN = 'tollkeeper:installation-admin';

/** The route needs no key. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC, true);

/** The scope a key must have, or include (admin ⊃ write ⊃ read; write ⊃ ingest). Routes without one are refused to everybody. */
export const RequiresScope = (scope: Scope): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(SCOPE, scope), ApiSecurity('apiKey'), ApiBearerAuth('bearer'), ApiExtension('x-required-scope', scope));

/** Only the bootstrap key: it manages accounts, not what is in them. */
export const RequiresInstallationAdmin = (): MethodDecorator & ClassDecorator =>
  applyDecorators(RequiresScope('admin'), SetMetadata(INSTALLATION_ADMIN, true), ApiExtension('x-requires-installation-admin', true));

export interface AuthenticatedRequest extends FastifyRequest {
  principal?: Principal;
}

/** The account of the key that calls. */
export const CurrentAccount = createParamDecorator((_data: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!principal) throw new Error('CurrentAccount on a public route: there is no key to take it from.');
  return principal;
});

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: KeyAuthenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, targets)) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = keyOf(request);
    if (!key) throw new DomainError('unauthorized', 'missing_api_key', 'No API key was sent. Send it as X-API-KEY: <key> or Authorization: Bearer <key>.');
    const principal = await this.authenticator.authenticate(key);
    if (!principal) throw new DomainError('unauthorized', 'invalid_api_key', 'The API key is unknown or revoked. An admin can make a new one with POST /api-keys.');
    const scope = this.reflector.getAllAndOverride<Scope | undefined>(SCOPE, targets);
    if (!scope || !mayUse(principal, scope)) {
      throw new DomainError('forbidden', 'missing_scope', `This key has the scopes ${principal.scopes.join(', ')}; the route needs '${scope ?? 'none'}'.`);
    }
    if (this.reflector.getAllAndOverride<boolean>(INSTALLATION_ADMIN, targets) && !principal.installationAdmin) {
      throw new DomainError('forbidden', 'not_installation_admin', 'Only the bootstrap admin key of this installation may do this.');
    }
    request.principal = principal;
    return true;
  }
}

function keyOf(request: FastifyRequest): string | null {
  const header = request.headers['x-api-key'];
  if (typeof header === 'string' && header !== '') return header;
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '');
  return bearer?.[1] ?? null;
}
