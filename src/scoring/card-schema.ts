import { z } from 'zod';
import type { ModelCard } from '../core/decision/card.js';
import { LEAD_NAMES } from '../core/ecg/lead.js';

/** Bounds of a card: generous for any network that reads an ECG, small enough to stay harmless. */
export const CARD_LIMITS = Object.freeze({
  bytesMax: 256 * 1024,
  textMax: 2000,
  membersMax: 16,
  classesMax: 64,
  findingsMax: 32,
  samplesMax: 65_536,
  rowsMax: 200,
});

const text = z.string().trim().min(1).max(CARD_LIMITS.textMax);
const texts = z.array(text).max(CARD_LIMITS.rowsMax);
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/, 'is not a plain name');
const probability = z.number().min(0).max(1);
const count = z.int().min(0).max(1_000_000_000);
/** Inside the model's folder, one folder deep at most: a card cannot point at another file. */
const file = z
  .string()
  .max(128)
  .regex(/^([A-Za-z0-9][\w.-]*\/)?[A-Za-z0-9][\w.-]*$/, 'is not a file inside the model folder');

const coding = z.strictObject({ system: text, code: text, display: text });

const estimate = z
  .strictObject({ value: z.number(), low: z.number(), high: z.number() })
  .refine(({ value, low, high }) => low <= value && value <= high, 'does not hold its value');

const filter = z
  .strictObject({
    kind: z.literal('elliptic-high-pass'),
    passHz: z.number().positive().max(100),
    stopHz: z.number().positive().max(100),
    rippleDb: z.number().positive().max(20),
    attenuationDb: z.number().positive().max(120),
  })
  .refine(({ passHz, stopHz }) => stopHz < passHz, 'stops above where it passes')
  .refine((f) => f.rippleDb < f.attenuationDb, 'ripples more than it attenuates');

const waveform = z
  .strictObject({
    kind: z.literal('waveform'),
    tensor: name,
    leads: z.array(z.enum(LEAD_NAMES)).min(1).max(LEAD_NAMES.length),
    sampleRateHz: z.number().min(50).max(4000),
    samples: z.int().min(1).max(CARD_LIMITS.samplesMax),
    windowSamples: z.int().min(1).max(CARD_LIMITS.samplesMax),
    unit: z.enum(['mV', 'uV']),
    filter: filter.nullable(),
  })
  .refine((w) => w.windowSamples <= w.samples, 'has a window longer than its tensor')
  .refine((w) => new Set(w.leads).size === w.leads.length, 'names a lead twice');

const demographics = z.strictObject({
  kind: z.literal('demographics'),
  tensor: name,
  fields: z
    .array(
      z.strictObject({
        field: z.enum(['male', 'age']),
        centre: z.number(),
        scale: z.number().refine((scale) => scale !== 0, 'is zero'),
        whenUnknown: z.number().nullable(),
      }),
    )
    .min(1)
    .max(8),
});

const decisionPoint = z.strictObject({
  name: text,
  threshold: probability,
  cohort: text,
  sensitivity: estimate,
  specificity: estimate,
});

const finding = z.strictObject({
  id: name,
  title: text,
  code: coding,
  beside: z.array(coding).max(16),
  output: name,
  classes: z.array(name).min(1).max(CARD_LIMITS.classesMax),
  decisionPoints: z.array(decisionPoint).min(1).max(16),
});

const output = z.strictObject({
  tensor: name,
  activation: z.enum(['softmax', 'sigmoid']),
  classes: z.array(name).min(1).max(CARD_LIMITS.classesMax),
});

const member = z.strictObject({
  file,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hexadecimal'),
});

const evaluationRow = z.strictObject({
  measure: text,
  cohort: text,
  records: count,
  positives: count,
  estimate,
});

export const cardSchema = z.strictObject({
  schema: z.literal(1),
  id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'is not lower-case letters, digits and hyphens'),
  version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,31}$/, 'is not a version'),
  title: text,
  intendedUse: text,
  notIntendedUse: text,
  standing: z.enum(['placeholder', 'evaluation', 'validated']),
  defaultMode: z.enum(['off', 'shadow', 'advise', 'alert']),
  labelProvenance: z.enum([
    'angiography',
    'adjudicated',
    'trace-reading',
    'simulated',
    'surrogate',
  ]),
  population: z.strictObject({ ageYearsMin: z.number().min(0).max(130) }),
  inputs: z
    .array(z.discriminatedUnion('kind', [waveform, demographics]))
    .min(1)
    .max(2),
  outputs: z.array(output).min(1).max(8),
  members: z.array(member).min(1).max(CARD_LIMITS.membersMax),
  findings: z.array(finding).min(1).max(CARD_LIMITS.findingsMax),
  golden: z.strictObject({ file, tolerance: z.number().positive().max(0.1), command: text }),
  training: z.strictObject({ data: text, records: count, command: text }),
  evaluation: z.array(evaluationRow).max(CARD_LIMITS.rowsMax),
  limits: texts,
  licence: text,
  credits: texts,
}) satisfies z.ZodType<ModelCard>;

/** What a schema of single fields cannot say: names that must match names elsewhere in the card. */
export function cardContradictions(card: ModelCard): readonly string[] {
  const found: string[] = [];
  const waveforms = card.inputs.filter(({ kind }) => kind === 'waveform').length;
  if (waveforms !== 1) found.push(`inputs has ${waveforms} waveforms and must have one`);
  const tensors = [...card.inputs, ...card.outputs].map(({ tensor }) => tensor);
  for (const twice of repeated(tensors)) found.push(`tensor ${twice} is named twice`);
  for (const { tensor, classes } of card.outputs) {
    for (const twice of repeated(classes)) found.push(`output ${tensor} has class ${twice} twice`);
  }
  for (const twice of repeated(card.findings.map(({ id }) => id))) {
    found.push(`finding ${twice} stands twice`);
  }
  return [...found, ...card.findings.flatMap((one) => findingContradictions(card, one))];
}

function findingContradictions(card: ModelCard, spec: ModelCard['findings'][number]): string[] {
  const from = card.outputs.find(({ tensor }) => tensor === spec.output);
  if (!from) return [`finding ${spec.id} reads output ${spec.output}, which the card lacks`];
  const found = spec.classes
    .filter((one) => !from.classes.includes(one))
    .map((one) => `finding ${spec.id} sums class ${one}, which ${spec.output} lacks`);
  for (const twice of repeated(spec.classes)) found.push(`finding ${spec.id} sums ${twice} twice`);
  if (from.activation === 'sigmoid' && spec.classes.length > 1) {
    found.push(`finding ${spec.id} adds up sigmoids, which do not exclude one another`);
  }
  return found;
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((one, i) => names.indexOf(one) !== i))];
}
