import { z } from 'zod';
import type { ModelCard } from '../core/decision/card.js';
import { LEAD_NAMES } from '../core/ecg/lead.js';
import { STANDARD_PAGE, standardShape } from '../core/image/picture/standard-page.js';

/** Bounds of a card: generous for any network that reads an ECG, small enough to stay harmless. */
export const CARD_LIMITS = Object.freeze({
  bytesMax: 256 * 1024,
  textMax: 2000,
  membersMax: 16,
  classesMax: 64,
  findingsMax: 32,
  samplesMax: 65_536,
  rowsMax: 200,
  sideMax: 1024,
});

const text = z.string().trim().min(1).max(CARD_LIMITS.textMax);
const texts = z.array(text).max(CARD_LIMITS.rowsMax);
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,63}$/, 'is not a plain name');
const probability = z.number().min(0).max(1);
const age = z.number().min(0).max(130);
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

const side = z.int().min(1).max(CARD_LIMITS.sideMax);
const picture = z
  .strictObject({
    kind: z.literal('picture'),
    tensor: name,
    pipeline: z.strictObject({
      name: z.literal(STANDARD_PAGE.name),
      version: z.literal(STANDARD_PAGE.version),
    }),
    width: side,
    height: side,
    pixelsPerMm: z.number().min(0.5).max(4),
  })
  .refine(({ width, height, pixelsPerMm }) => {
    const shape = standardShape(pixelsPerMm);
    return shape.width === width && shape.height === height;
  }, 'has sides that are not those of its page at its scale');

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

const provenance = z.enum([
  'angiography',
  'adjudicated',
  'trace-reading',
  'simulated',
  'surrogate',
]);

const decisionPoint = z.strictObject({
  name: text,
  threshold: probability,
  cohort: text,
  sensitivity: estimate,
  specificity: estimate,
});

/** A slope below zero would turn the order of the answers round. */
const platt = z.strictObject({
  kind: z.literal('platt'),
  slope: z.number().gt(0).max(100),
  intercept: z.number().min(-100).max(100),
});

const finding = z.strictObject({
  id: name,
  title: text,
  code: coding,
  beside: z.array(coding).max(16),
  output: name,
  classes: z.array(name).min(1).max(CARD_LIMITS.classesMax),
  decisionPoints: z.array(decisionPoint).min(1).max(16),
  /** Absent: the card's own; filled in where the whole card is known. */
  labelProvenance: provenance.optional(),
  calibration: platt.nullable().default(null),
  trainingPrevalence: z.number().gt(0).lt(1).nullable().default(null),
  spreadMax: z.number().gt(0).max(1).nullable().default(null),
  besideCriteria: z.boolean().default(false),
});

const output = z.strictObject({
  tensor: name,
  activation: z.enum(['softmax', 'sigmoid']),
  classes: z.array(name).min(1).max(CARD_LIMITS.classesMax),
  temperature: z.number().gt(0).max(100).default(1),
});

const distance = z.strictObject({ tensor: name, max: z.number().gt(0).max(1e9) });

const evidenceFor = z.array(name).min(1).max(CARD_LIMITS.findingsMax);
const evidence = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('attention'), tensor: name, findings: evidenceFor }),
  z.strictObject({ kind: z.literal('lead-occlusion'), findings: evidenceFor }),
]);

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
  findingId: name.nullable().default(null),
  note: text.nullable().default(null),
});

const selectiveRisk = z.strictObject({
  findingId: name,
  cohort: text,
  points: z
    .array(z.strictObject({ coverage: probability, measure: text, estimate }))
    .min(1)
    .max(CARD_LIMITS.rowsMax),
});

const card = z.strictObject({
  schema: z.literal(1),
  id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'is not lower-case letters, digits and hyphens'),
  version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,31}$/, 'is not a version'),
  title: text,
  intendedUse: text,
  notIntendedUse: text,
  standing: z.enum(['placeholder', 'evaluation', 'validated']),
  defaultMode: z.enum(['off', 'shadow', 'advise', 'alert']),
  labelProvenance: provenance,
  population: z.strictObject({
    ageYearsMin: age,
    ageYearsMax: age.nullable().default(null),
  }),
  inputs: z
    .array(z.discriminatedUnion('kind', [waveform, picture, demographics]))
    .min(1)
    .max(2),
  outputs: z.array(output).min(1).max(8),
  members: z.array(member).min(1).max(CARD_LIMITS.membersMax),
  findings: z.array(finding).min(1).max(CARD_LIMITS.findingsMax),
  distance: distance.nullable().default(null),
  evidence: evidence.nullable().default(null),
  golden: z.strictObject({ file, tolerance: z.number().positive().max(0.1), command: text }),
  training: z.strictObject({ data: text, records: count, command: text }),
  evaluation: z.array(evaluationRow).max(CARD_LIMITS.rowsMax),
  selectiveRisk: z.array(selectiveRisk).max(CARD_LIMITS.findingsMax).default([]),
  limits: texts,
  licence: text,
  credits: texts,
});

/** Fields that came later have defaults: a card written before them still says all it said. */
export const cardSchema = card.transform((parsed): ModelCard => ({
  ...parsed,
  findings: parsed.findings.map((one) => ({
    ...one,
    labelProvenance: one.labelProvenance ?? parsed.labelProvenance,
  })),
}));
