import { z } from 'zod';
import { count, optional, pairs, secret, setting, url, type Setting } from './kinds.js';

const ROLES = ['viewer', 'clinician', 'analyst', 'admin'];

/** The board: what it shows and who may look. */
export const BOARD = {
  boardHorizonHours: setting(
    count(1, 720),
    24,
    'ECGs taken longer ago than this leave the worklist of the board.',
  ),
  boardOidcIssuer: optional(
    url('http', 'https'),
    'Identity provider (OpenID Connect) of the board. Unset: the board is open on loopback and off elsewhere.',
  ),
  boardOidcClientId: setting(z.string().min(1), 'leadwire', 'Name of the board there.'),
  boardOidcClientSecret: secret(
    z.string().min(1),
    'Secret of the board there. Unset: a public client, with PKCE alone.',
  ),
  boardOidcScopes: setting(z.string().min(1), 'openid profile', 'Scopes asked for at a login.'),
  boardRolesClaim: setting(
    z.string().min(1),
    'roles',
    'Claim that holds the groups of a person; steps into objects are written with dots.',
  ),
  boardRoles: setting(
    pairs.refine((roles) => Object.values(roles).every((role) => ROLES.includes(role)), {
      error: `must map each group to one of ${ROLES.join(', ')}`,
    }),
    Object.freeze({}) as Readonly<Record<string, string>>,
    'Groups and the roles they give: `ed-physicians=clinician;...`. A group with the name of a role gives it.',
    'none',
  ),
  boardIdleMinutes: setting(count(1, 1_440), 15, 'A session that nobody used this long is over.'),
  boardSessionHours: setting(count(1, 168), 12, 'Every session of the board is over after this.'),
} as const satisfies Record<string, Setting<never> | Setting<unknown>>;
