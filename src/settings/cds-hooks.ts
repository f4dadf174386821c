import { count, pairs, setting, type Setting } from './kinds.js';

/** Who may ask by CDS Hooks, and how long the asking may take. */
export const CDS_HOOKS = {
  cdsHooksClients: setting(
    pairs.refine(
      (clients) => Object.values(clients).every((keys) => /^(https:\/\/|\/)/.test(keys)),
      {
        error: 'must map each issuer to an https address of its keys, or to a file',
      },
    ),
    Object.freeze({}) as Readonly<Record<string, string>>,
    'CDS Hooks clients by the issuer of their tokens, each with the https address or the file of its JSON Web Key Set: `https://ehr.example=https://ehr.example/jwks.json;...`. Needed unless the HTTP address is loopback.',
    'none',
  ),
  cdsHooksMillisecondsMax: setting(
    count(100, 30_000),
    2_000,
    'Longest time a CDS Hooks call waits for an ECG that came with it to be scored.',
  ),
  cdsHooksHoursMax: setting(
    count(1, 8_760),
    24,
    'ECGs acquired longer ago than this give no CDS Hooks card.',
  ),
} as const satisfies Record<string, Setting<never> | Setting<unknown>>;
