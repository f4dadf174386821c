import type { ModelCard, ModelOutput } from '../core/decision/card.js';
import type { RawFinding } from '../core/decision/scorer.js';

/** Per output tensor, per member, the raw values. */
export type Logits = Readonly<Record<string, readonly (readonly number[])[]>>;

/** The members' logits are averaged first and only then made a probability. */
export function findingsOf(card: ModelCard, logits: Logits): readonly RawFinding[] {
  return card.findings.map((spec) => {
    const output = card.outputs.find(({ tensor }) => tensor === spec.output);
    const members = logits[spec.output];
    if (!output || !members) throw new RangeError(`no output ${spec.output} to find in`);
    const sum = (values: readonly number[]): number =>
      sumOfClasses(output, spec.classes, activate(output.activation, values));
    return Object.freeze({
      findingId: spec.id,
      probability: sum(meanLogits(members)),
      spread: members.length > 1 ? deviation(members.map(sum)) : null,
    });
  });
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
  if (activation === 'sigmoid') return logits.map((value) => 1 / (1 + Math.exp(-value)));
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
