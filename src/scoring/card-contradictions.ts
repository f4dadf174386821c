import type { Coding, FindingSpec, LabelProvenance, ModelCard } from '../core/decision/card.js';

/** What a schema of single fields cannot say: names that must match names elsewhere in the card. */
export function cardContradictions(card: ModelCard): readonly string[] {
  const found: string[] = [];
  const signals = card.inputs.filter(({ kind }) => kind !== 'demographics');
  if (signals.length !== 1) {
    found.push(`inputs has ${signals.length} waveforms or pictures and must have one`);
  }
  if (card.evidence?.kind === 'lead-occlusion' && signals.some(({ kind }) => kind === 'picture')) {
    found.push('evidence flattens parts of a waveform, and the card feeds a picture');
  }
  const { ageYearsMin, ageYearsMax } = card.population;
  if (ageYearsMax !== null && ageYearsMax < ageYearsMin) {
    found.push('population ends at a lower age than it begins');
  }
  for (const twice of repeated(tensorsOf(card))) found.push(`tensor ${twice} is named twice`);
  for (const { tensor, classes } of card.outputs) {
    for (const twice of repeated(classes)) found.push(`output ${tensor} has class ${twice} twice`);
  }
  for (const twice of repeated(card.findings.map(({ id }) => id))) {
    found.push(`finding ${twice} stands twice`);
  }
  return [
    ...found,
    ...card.findings.flatMap((one) => findingContradictions(card, one)),
    ...unknownFindings(card),
  ];
}

function tensorsOf({ inputs, outputs, distance, evidence }: ModelCard): readonly string[] {
  const named = [...inputs, ...outputs].map(({ tensor }) => tensor);
  if (distance) named.push(distance.tensor);
  if (evidence?.kind === 'attention') named.push(evidence.tensor);
  return named;
}

function findingContradictions(card: ModelCard, spec: FindingSpec): string[] {
  const from = card.outputs.find(({ tensor }) => tensor === spec.output);
  if (!from) return [`finding ${spec.id} reads output ${spec.output}, which the card lacks`];
  const found = spec.classes
    .filter((one) => !from.classes.includes(one))
    .map((one) => `finding ${spec.id} sums class ${one}, which ${spec.output} lacks`);
  for (const twice of repeated(spec.classes)) found.push(`finding ${spec.id} sums ${twice} twice`);
  if (from.activation === 'sigmoid' && spec.classes.length > 1) {
    found.push(`finding ${spec.id} adds up sigmoids, which do not exclude one another`);
  }
  const locked = [spec.code, ...spec.beside].find((code) => isLocked(code, spec.labelProvenance));
  if (locked) {
    found.push(
      `finding ${spec.id} has the code of a disease (${locked.code}), which labels that are ` +
        `${spec.labelProvenance} do not unlock`,
    );
  }
  return found;
}

/** Labels of these kinds name a disease; all others name a pattern on the trace. */
const DISEASE_LABELS: readonly LabelProvenance[] = ['angiography', 'adjudicated'];
const DISEASE_SYSTEMS: readonly string[] = [
  'http://snomed.info/sct',
  'http://hl7.org/fhir/sid/icd-10',
  'http://hl7.org/fhir/sid/icd-10-cm',
];
const DISEASE_WORDS = /infarct|occlusion|thrombosis|coronary|arrest/i;

/** A code of a public terminology would be read as a diagnosis, whatever the title says. */
function isLocked({ system, display }: Coding, labels: LabelProvenance): boolean {
  return (
    !DISEASE_LABELS.includes(labels) &&
    DISEASE_SYSTEMS.includes(system) &&
    DISEASE_WORDS.test(display)
  );
}

function unknownFindings({ findings, evidence, evaluation, selectiveRisk }: ModelCard): string[] {
  const isKnown = (id: string): boolean => findings.some((one) => one.id === id);
  const told: readonly (readonly [string, readonly string[]])[] = [
    ['evidence', evidence?.findings ?? []],
    ['evaluation', evaluation.flatMap(({ findingId }) => findingId ?? [])],
    ['selectiveRisk', selectiveRisk.map(({ findingId }) => findingId)],
  ];
  return told.flatMap(([where, ids]) =>
    [...new Set(ids)]
      .filter((id) => !isKnown(id))
      .map((id) => `${where} speaks of finding ${id}, which the card lacks`),
  );
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((one, i) => names.indexOf(one) !== i))];
}
