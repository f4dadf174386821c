import type { FindingSpec, ModelCard, ModelOutput } from '../core/decision/card.js';
import { calibrated, sigmoid } from '../core/decision/probability.js';

/** Per output tensor, per member, the raw values. */
export type Logits = Readonly<Record<string, readonly (readonly number[])[]>>;

/** A finding of the ensemble as a number, before anybody asks what drove it. */
export interface FindingShare {
  readonly findingId: string;
  readonly probability: number;
  readonly spread: number | null;
}

/** The members' logits are averaged first and only then made a probability. */
export function findingsOf(card: ModelCard, logits: Logits): readonly FindingShare[] {
  return card.findings.map((spec) => {
    const output = outputOf(card, spec);
    const members = logits[spec.output];
    if (!members) throw new RangeError(`no output ${spec.output} to find in`);
    const own = members.map((values) => uncalibrated(spec, output, values));
    return Object.freeze({
      findingId: spec.id,
      probability: shareOf(spec, output, meanLogits(members)),
      spread: own.length > 1 ? deviation(own) : null,
    });
  });
}

export function outputOf(card: ModelCard, spec: FindingSpec): ModelOutput {
  const output = card.outputs.find(({ tensor }) => tensor === spec.output);
  if (!output) throw new RangeError(`no output ${spec.output} to find in`);
  return output;
}

/** One row of raw values as the finding's calibrated probability. */
export function shareOf(spec: FindingSpec, output: ModelOutput, values: readonly number[]): number {
  return calibrated(uncalibrated(spec, output, values), spec.calibration);
}

/** The members are compared here: a line that is fitted anew must not change how they differ. */
function uncalibrated(spec: FindingSpec, output: ModelOutput, values: readonly number[]): number {
  const cooled = values.map((value) => value / output.temperature);
  return sumOfClasses(output, spec.classes, activate(output.activation, cooled));
}

export function meanLogits(members: readonly (readonly number[])[]): readonly number[] {
  const width = members[0]?.length ?? 0;
  return Array.from({ length: width }, (_, i) => {
    return members.reduce((sum, member) => sum + (member[i] as number), 0) / members.length;
  });
}

export function activate(
  activation: ModelOutput['activation'],
  logits: readonly number[],
): readonly number[] {
  if (activation === 'sigmoid') return logits.map(sigmoid);
  // Counted from the greatest, so that no exponential overflows.
  const top = Math.max(...logits);
  const grown = logits.map((value) => Math.exp(value - top));
  const total = grown.reduce((sum, value) => sum + value, 0);
  return grown.map((value) => value / total);
}

/** Rounding may carry a sum of all classes a hair past one. */
function sumOfClasses(
  output: ModelOutput,
  classes: readonly string[],
  probabilities: readonly number[],
): number {
  const sum = classes.reduce(
    (total, name) => total + (probabilities[output.classes.indexOf(name)] as number),
    0,
  );
  return Math.min(1, sum);
}

/** Of these members, not an estimate for others: divided by their number. */
function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / values.length);
}
