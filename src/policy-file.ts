import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { ModelCard } from './core/decision/card.js';
import { EVALUATION_POLICY, type Policy, type PolicyDoubt } from './core/decision/policy.js';
import { policySchema, type PolicyDocument } from './policy-schema.js';
import { isSignedBy, parseKeySet } from './policy-signature.js';

export interface PolicyPlace {
  readonly policyFile: string | null;
  /** Keys that may sign, as a JWKS file; null where this site asks for no signature. */
  readonly policyKeysFile: string | null;
}

export const POLICY_BYTES_MAX = 256 * 1024;
/** Where the signature of a policy stands: beside it. */
export const SIGNATURE_ENDING = '.jws';

/**
 * The site's policy. Its version carries a digest of the file, so that a policy edited without a new
 * version still gives assessments an identity of their own. What makes its approval doubtful does
 * not stop the service: it evaluates, pages nobody, and says why.
 */
export async function loadPolicy(
  { policyFile, policyKeysFile }: PolicyPlace,
  digests: Readonly<Record<string, string>>,
): Promise<Policy> {
  if (policyFile === null) return EVALUATION_POLICY;
  const bytes = await readBounded(policyFile);
  const document = policySchema.parse(JSON.parse(bytes.toString('utf8')));
  const doubts = [
    ...(await signatureDoubts(bytes, policyFile, policyKeysFile)),
    ...modelDoubts(document, digests),
  ];
  return toPolicy(document, sha256(bytes), doubts);
}

export function toPolicy(
  document: PolicyDocument,
  digest: string,
  doubts: readonly PolicyDoubt[],
): Policy {
  const { version, approvedBy, validUntil, approvedFor, freshMinutesMax, models, alerts } =
    document;
  return Object.freeze({
    version: `${version}+${digest.slice(0, 8)}`,
    approvedBy,
    validUntilMs: validUntil === null ? null : Date.parse(validUntil),
    models: Object.freeze(models),
    freshMinutesMax,
    approvedFor: Object.freeze(approvedFor),
    doubts: Object.freeze([...doubts]),
    alerts: Object.freeze(alerts),
  });
}

async function signatureDoubts(
  bytes: Buffer,
  policyFile: string,
  keysFile: string | null,
): Promise<readonly PolicyDoubt[]> {
  if (keysFile === null) return [];
  const keys = parseKeySet((await readBounded(keysFile)).toString('utf8'));
  const signature = await readBounded(`${policyFile}${SIGNATURE_ENDING}`).catch(() => null);
  if (signature === null) return [{ kind: 'unsigned' }];
  const isSigned = await isSignedBy(bytes, signature.toString('utf8'), keys);
  return isSigned ? [] : [{ kind: 'signature-not-valid' }];
}

/** Another card, or none, where the policy names one: it was approved for something else. */
function modelDoubts(
  { approvedFor }: PolicyDocument,
  digests: Readonly<Record<string, string>>,
): readonly PolicyDoubt[] {
  return Object.entries(approvedFor)
    .filter(([modelId, digest]) => digests[modelId] !== digest)
    .map(([modelId]) => ({ kind: 'model-differs' as const, modelId }));
}

/** What a policy names that is not there: a typing slip must not silence a threshold or a page. */
export function policyProblems(policy: Policy, cards: readonly ModelCard[]): string[] {
  const problems: string[] = [];
  for (const [id, { decisionPoint, thresholds }] of Object.entries(policy.models)) {
    const card = cards.find((one) => one.id === id);
    if (!card) {
      problems.push(`the policy names model ${id}, which is not there`);
      continue;
    }
    const points = card.findings.flatMap((finding) => finding.decisionPoints);
    if (decisionPoint !== null && !points.some(({ name }) => name === decisionPoint)) {
      problems.push(`the policy names decision point ${decisionPoint}, which ${id} does not have`);
    }
    for (const finding of Object.keys(thresholds ?? {})) {
      if (card.findings.some((spec) => spec.id === finding)) continue;
      problems.push(`the policy names finding ${finding}, which ${id} does not have`);
    }
  }
  for (const finding of Object.keys(policy.alerts.urgency)) {
    if (cards.some((card) => card.findings.some((spec) => spec.id === finding))) continue;
    problems.push(`the policy gives finding ${finding} an urgency, and no model has it`);
  }
  return problems;
}

/** Destinations that the policy pages and that are not set up. */
export function routeProblems({ alerts }: Policy, destinations: readonly string[]): string[] {
  return [...new Set([...alerts.routes, ...alerts.escalationRoutes])]
    .filter((route) => !destinations.includes(route))
    .map((route) => `the policy pages by ${route}, and no destination has that name`);
}

async function readBounded(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > POLICY_BYTES_MAX) throw new RangeError(`${path} is longer than any policy`);
  return readFile(path);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
