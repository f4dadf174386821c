import { Controller, Get, Header, Inject } from '@nestjs/common';

export const JWKS = Symbol('Jwks');
export const JWKS_PATH = '.well-known/jwks.json';

export type KeySet = () => Promise<{ readonly keys: readonly unknown[] }>;

/** Our public keys, for the EHR to check our assertions by. Open: nothing in here is secret. */
@Controller(JWKS_PATH)
export class JwksController {
  constructor(@Inject(JWKS) private readonly keySet: KeySet) {}

  @Get()
  @Header('cache-control', 'max-age=300')
  async keys(): Promise<{ readonly keys: readonly unknown[] }> {
    return this.keySet();
  }
}
