import { durationSeconds, MISSING, type Ecg, type Lead } from '../ecg/ecg.js';
import { absentLead, recordingOf, STANDARD_PAGE } from '../image/picture/standard-page.js';
import type { Abstention, AbstentionReason } from './assessment.js';
import type { FindingSpec, ModelCard, WaveformInput } from './card.js';
import type { Examination } from './examination.js';
import type { ModelOutcome, RawFinding } from './scorer.js';

type Reason = readonly [AbstentionReason, string];

/** A model answers only what it was made for. The first reason against it is the one told. */
export function modelAbstains(
  ecg: Ecg,
  examination: Examination,
  card: ModelCard,
  outcome: ModelOutcome,
): Abstention | null {
  const reason =
    ofPatient(ecg, card) ??
    ofRecording(ecg, card) ??
    ofQuality(examination, card) ??
    ofRun(card, outcome);
  return reason && abstention(card, null, reason);
}

/** One finding is withheld while the others of the same model stand. */
export function findingAbstains(
  card: ModelCard,
  spec: FindingSpec,
  { spread }: RawFinding,
): Abstention | null {
  if (spec.spreadMax === null || spread === null || spread <= spec.spreadMax) return null;
  const detail =
    `${spec.title}: the ${card.members.length} networks of the ensemble differ by ` +
    `${points(spread)}, more than the ${points(spec.spreadMax)} up to which they are believed`;
  return abstention(card, spec.id, ['members-disagree', detail]);
}

function abstention(card: ModelCard, findingId: string | null, [reason, detail]: Reason) {
  return Object.freeze({ modelId: card.id, findingId, reason, detail });
}

function ofPatient(ecg: Ecg, card: ModelCard): Reason | null {
  const age = ecg.patient.ageYears;
  const { ageYearsMin, ageYearsMax } = card.population;
  if (age !== null && age < ageYearsMin) {
    return ['age-outside-card', `made for patients of ${ageYearsMin} years and older`];
  }
  if (age !== null && ageYearsMax !== null && age > ageYearsMax) {
    return ['age-outside-card', `made for patients of up to ${ageYearsMax} years`];
  }
  if (demographicsMissing(ecg, card)) {
    return ['demographics-unknown', 'age or sex is not known and the model needs both'];
  }
  return null;
}

/** A tenth less is the difference between devices' "10 seconds"; more is another recording. */
const SHORTEST_SHARE_OF_WINDOW = 0.9;

function ofRecording(ecg: Ecg, card: ModelCard): Reason | null {
  for (const input of card.inputs) {
    if (input.kind === 'demographics') continue;
    const wanted =
      input.kind === 'picture' ? STANDARD_PAGE.seconds : input.windowSamples / input.sampleRateHz;
    const has = durationSeconds(ecg);
    if (has < wanted * SHORTEST_SHARE_OF_WINDOW) {
      return ['recording-too-short', `${has.toFixed(1)} s recorded, ${wanted.toFixed(1)} s needed`];
    }
    if (input.kind === 'picture') {
      const absent = absentLead(recordingOf(ecg));
      if (absent !== null) return ['lead-incomplete', `lead ${absent} is not complete`];
      continue;
    }
    const incomplete = firstIncompleteLead(ecg, input);
    if (incomplete !== null) return ['lead-incomplete', incompleteWords(ecg, incomplete, wanted)];
  }
  return null;
}

/** So many reasons make the point; twelve bad leads need not be told one by one. */
const REASONS_TOLD_MAX = 3;

/** Pacing is no fault of the recording and is told by its own name where it stands alone. */
function ofQuality({ quality }: Examination, { inputs }: ModelCard): Reason | null {
  const isFedSamples = inputs.some(({ kind }) => kind === 'waveform');
  const against = quality.findings.filter(
    ({ forbids }) =>
      forbids.includes('score') || (isFedSamples && forbids.includes('waveform-score')),
  );
  if (against.length === 0) return null;
  const told = against.slice(0, REASONS_TOLD_MAX).map(({ sentence }) => sentence);
  const more = against.length - told.length;
  const detail = `${told.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`.replace(/\.$/, '');
  return [against.every(({ kind }) => kind === 'paced') ? 'paced' : 'quality', detail];
}

function ofRun({ distance }: ModelCard, outcome: ModelOutcome): Reason | null {
  if (outcome.kind === 'silence') {
    return ['model-failed', `the model gave no answer (${outcome.failure.code})`];
  }
  if (distance === null || outcome.distance === null || outcome.distance <= distance.max) {
    return null;
  }
  const far = `distance ${outcome.distance.toPrecision(3)}, ${distance.max.toPrecision(3)} allowed`;
  return ['unlike-training', `the model has seen nothing like this ECG in its training (${far})`];
}

function demographicsMissing(ecg: Ecg, card: ModelCard): boolean {
  return card.inputs.some(
    (input) =>
      input.kind === 'demographics' &&
      input.fields.some(
        ({ field, whenUnknown }) =>
          whenUnknown === null &&
          (field === 'age' ? ecg.patient.ageYears : ecg.patient.sex) === null,
      ),
  );
}

/** A page shows most leads for two and a half seconds: that is told as what it is. */
function incompleteWords(ecg: Ecg, { name, from, to }: Lead, wantedSeconds: number): string {
  const known = (to - from) / ecg.sampleRateHz;
  return to - from < ecg.sampleCount
    ? `lead ${name} is known for ${known.toFixed(1)} s, ${wantedSeconds.toFixed(1)} s are needed`
    : `lead ${name} is not complete`;
}

function firstIncompleteLead(ecg: Ecg, input: WaveformInput): Lead | null {
  for (const lead of ecg.leads) {
    if (!input.leads.includes(lead.name)) continue;
    for (let i = 0; i < lead.samples.length; i += 1) {
      if (lead.samples[i] === MISSING) return lead;
    }
  }
  return null;
}

function points(share: number): string {
  return `${(100 * share).toFixed(1)} percentage points`;
}
