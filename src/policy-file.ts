import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { EVALUATION_POLICY, type Policy } from './core/decision/policy.js';
import type { ModelCard } from './core/decision/card.js';

const schema = z.strictObject({
  version: z.string().min(1).max(40),
  approvedBy: z.string().min(1).nullable().default(null),
  validUntil: z.iso.datetime({ offset: true }).nullable().default(null),
  freshMinutesMax: z.number().int().min(1).max(1_440).default(60),
  models: z
    .record(
      z.string(),
      z.strictObject({
        mode: z.enum(['off', 'shadow', 'advise', 'alert']),
        decisionPoint: z.string().nullable().default(null),
        threshold: z.number().gt(0).lt(1).nullable().default(null),
      }),
    )
    .default({}),
});

/**
 * The site's policy. Its version carries a digest of the file, so that a policy edited without a new
 * version still gives assessments an identity of their own.
 */
export function loadPolicy(file: string | null): Policy {
  if (file === null) return EVALUATION_POLICY;
  const text = readFileSync(file, 'utf8');
  const read = schema.parse(JSON.parse(text));
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return Object.freeze({
    version: `${read.version}+${digest}`,
    approvedBy: read.approvedBy,
    validUntilMs: read.validUntil === null ? null : Date.parse(read.validUntil),
    freshMinutesMax: read.freshMinutesMax,
    models: Object.freeze(read.models),
  });
}

/** What a policy names that the models do not have: a typing slip must not silence a threshold. */
export function policyProblems(policy: Policy, cards: readonly ModelCard[]): string[] {
  const problems: string[] = [];
  for (const [id, { decisionPoint }] of Object.entries(policy.models)) {
    const card = cards.find((one) => one.id === id);
    if (!card) {
      problems.push(`the policy names model ${id}, which is not there`);
      continue;
    }
    const points = card.findings.flatMap((finding) => finding.decisionPoints);
    if (decisionPoint !== null && !points.some(({ name }) => name === decisionPoint)) {
      problems.push(`the policy names decision point ${decisionPoint}, which ${id} does not have`);
    }
  }
  return problems;
}
