import { z } from 'zod';
import { ALERT_POLICY, EVALUATION_POLICY } from './core/decision/policy.js';

/** A policy edited by hand: a slip of the pen must be told, so unknown keys are refused. */
const share = z.number().gt(0).lt(1);
const name = z.string().min(1).max(100);
const MODELS_MAX = 32;
const FINDINGS_MAX = 100;
const ROUTES_MAX = 10;

const byFinding = <T extends z.ZodType>(value: T) =>
  z
    .record(name, value)
    .refine((all) => Object.keys(all).length <= FINDINGS_MAX, `at most ${FINDINGS_MAX} findings`);
const byModel = <T extends z.ZodType>(value: T) =>
  z
    .record(name, value)
    .refine((all) => Object.keys(all).length <= MODELS_MAX, `at most ${MODELS_MAX} models`);

const model = z.strictObject({
  mode: z
    .enum(['off', 'shadow', 'advise', 'alert'])
    .describe('off: not spoken of; shadow: for the monitor; advise: in the chart; alert: may page'),
  decisionPoint: z
    .string()
    .nullable()
    .default(null)
    .describe("name of a decision point of the model's card; null takes its first"),
  threshold: share.nullable().default(null).describe("the site's own threshold for all findings"),
  thresholds: byFinding(share)
    .nullable()
    .default(null)
    .describe('thresholds of single findings, which win over `threshold`'),
  prevalence: byFinding(share)
    .nullable()
    .default(null)
    .describe('share of positives at this site by finding; shifts the probability that is shown'),
});

const alerts = z.strictObject({
  urgency: byFinding(z.enum(['critical', 'urgent']))
    .default({})
    .describe('by finding; one that is not named is critical'),
  troponinRaisesUrgency: z
    .boolean()
    .default(ALERT_POLICY.troponinRaisesUrgency)
    .describe('a rising troponin beside the ECG makes an urgent alert critical'),
  routes: z
    .array(name)
    .max(ROUTES_MAX)
    .default([])
    .describe('destinations in the order in which they are tried; empty: each that takes alerts'),
  nextRouteSeconds: z
    .number()
    .int()
    .min(5)
    .max(110)
    .default(ALERT_POLICY.nextRouteSeconds)
    .describe('a page that is not confirmed by then goes by the next route too'),
  escalationMinutes: z
    .number()
    .min(1)
    .max(1_440)
    .nullable()
    .default(ALERT_POLICY.escalationMinutes)
    .describe('an alert that nobody acknowledged by then escalates; null: never'),
  escalationRoutes: z
    .array(name)
    .max(ROUTES_MAX)
    .default([])
    .describe('destinations that are called then; empty: the routes again'),
  quietMinutes: z
    .number()
    .min(1)
    .max(10_080)
    .default(ALERT_POLICY.quietMinutes)
    .describe('in this time there is one page a patient and finding'),
  cap: z
    .strictObject({
      pages: z.number().int().min(1).max(1_000),
      minutes: z.number().min(1).max(1_440),
    })
    .nullable()
    .default({ pages: 10, minutes: 10 })
    .describe('more pages of one department in this time are one storm alert; null: no cap'),
});

export const policySchema = z
  .strictObject({
    $schema: z.string().max(500).optional(),
    version: z.string().min(1).max(40).describe('named in every result'),
    approvedBy: z.string().min(1).max(200).nullable().default(null),
    validUntil: z.iso.datetime({ offset: true }).nullable().default(null),
    approvedFor: byModel(z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal'))
      .default({})
      .describe('SHA-256 of card.json of each model that it was approved for, by model id'),
    freshMinutesMax: z
      .number()
      .int()
      .min(1)
      .max(1_440)
      .default(EVALUATION_POLICY.freshMinutesMax)
      .describe('an older ECG is scored and filed quietly'),
    models: byModel(model).default({}),
    alerts: alerts.prefault({}),
  })
  .describe("A site's policy: what is shown, who is paged, by whom approved and for which models.");

export type PolicyDocument = z.infer<typeof policySchema>;

/** As JSON Schema, for editors and for review; what `docs/policy.schema.json` is made of. */
export function policyJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(policySchema, { io: 'input' });
}
