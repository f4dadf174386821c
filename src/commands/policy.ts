import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { Config } from '../config.js';
import { assessEvaluation } from '../core/decision/standing.js';
import { failureOf } from '../core/failure.js';
import { loadPolicy, policyProblems, routeProblems, SIGNATURE_ENDING } from '../policy-file.js';
import { signPolicy } from '../policy-signature.js';
import { readCardDigests, readCards } from '../scoring/models-folder.js';
import { destinationNames } from '../settings/routes.js';

const USAGE = `leadwire policy check FILE          is it well formed, approved, and for the models that are here
leadwire policy digests             SHA-256 of each model's card, for approvedFor
leadwire policy sign FILE --key KEY write FILE${SIGNATURE_ENDING} by a private key (JWK with alg)
`;

export async function policy(args: readonly string[], config: Config): Promise<number> {
  const [verb = '', file = '', ...more] = args;
  try {
    if (verb === 'digests' && file === '') return await digests(config);
    if (verb === 'check' && file !== '' && more.length === 0) return await check(file, config);
    if (verb === 'sign' && file !== '') return await sign(file, more);
  } catch (error) {
    process.stderr.write(`${inWords(error)}\n`);
    return 1;
  }
  process.stderr.write(USAGE);
  return 1;
}

async function digests({ modelsDir }: Config): Promise<number> {
  const { ready } = await readCards(modelsDir);
  const all = await readCardDigests(modelsDir, ready);
  process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  return 0;
}

/** Ends well only where the policy would page: everything that keeps it from that is listed. */
async function check(file: string, config: Config): Promise<number> {
  const { ready } = await readCards(config.modelsDir);
  const digestsHere = await readCardDigests(config.modelsDir, ready);
  const place = { policyFile: file, policyKeysFile: config.policyKeysFile };
  const read = await loadPolicy(place, digestsHere);
  const { why } = assessEvaluation(read, ready, Date.now());
  const problems = [
    ...policyProblems(read, ready),
    ...routeProblems(read, destinationNames(config)),
    ...why,
  ];
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  const { version, approvedBy, validUntilMs } = read;
  if (problems.length === 0 && approvedBy !== null && validUntilMs !== null) {
    const until = new Date(validUntilMs).toISOString();
    process.stdout.write(`${version}: in force, approved by ${approvedBy} until ${until}\n`);
  }
  return problems.length === 0 ? 0 : 1;
}

const jwk = z.looseObject({ kty: z.string(), alg: z.string() });

async function sign(file: string, args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { key: { type: 'string' } } });
  if (values.key === undefined) {
    process.stderr.write(USAGE);
    return 1;
  }
  const key: JWK = jwk.parse(JSON.parse(await readFile(values.key, 'utf8')));
  const bytes = await readFile(file);
  await writeFile(`${file}${SIGNATURE_ENDING}`, await signPolicy(bytes, key));
  const digest = createHash('sha256').update(bytes).digest('hex');
  process.stdout.write(`${file}${SIGNATURE_ENDING} signs ${digest}\n`);
  return 0;
}

function inWords(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : failureOf(error).detail;
}
