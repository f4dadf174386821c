import type { Condition, Truth } from '../simulator/case.js';

/** Conditions as a person reads them in a table. */
const WORDS: Readonly<Record<Condition, string>> = {
  normal: 'normal',
  athlete: "athlete's heart",
  'early-repolarisation': 'early repolarisation',
  'lvh-strain': 'LVH with strain',
  rbbb: 'RBBB',
  lbbb: 'LBBB',
  paced: 'paced',
  pericarditis: 'pericarditis',
  brugada: 'Brugada pattern',
  hyperkalaemia: 'hyperkalaemia',
  'pulmonary-embolism': 'pulmonary embolism',
  'old-anterior-infarct': 'old anterior infarct',
  'old-inferior-infarct': 'old inferior infarct',
  wellens: 'Wellens, artery open again',
  'nstemi-ischaemia': 'ischaemia without occlusion',
  'atrial-fibrillation': 'atrial fibrillation',
  'atrial-flutter': 'atrial flutter',
  'av-block-1': 'AV block, first degree',
  'av-block-2-wenckebach': 'AV block, Wenckebach',
  'av-block-2-mobitz': 'AV block, Mobitz',
  'av-block-3': 'AV block, third degree',
  extrasystoles: 'extrasystoles',
  'ventricular-tachycardia': 'ventricular tachycardia',
  'ventricular-fibrillation': 'ventricular fibrillation',
  asystole: 'asystole',
  'omi-lad-proximal': 'occlusion, proximal LAD',
  'omi-lad-mid': 'occlusion, mid LAD',
  'omi-diagonal': 'occlusion, diagonal',
  'omi-left-main': 'occlusion, left main',
  'omi-rca': 'occlusion, RCA',
  'omi-lcx': 'occlusion, LCX',
  'omi-posterior': 'occlusion, posterior',
  'de-winter': 'occlusion, de Winter',
  aslanger: 'occlusion, Aslanger',
  'south-african-flag': 'occlusion, high lateral',
  'lbbb-concordant': 'occlusion under LBBB',
};

const FAULT_WORDS: Readonly<Record<NonNullable<Truth['leadFault']>, string>> = {
  'lead-off': 'a lead off',
  'arm-swap': 'arm leads swapped',
  'arm-leg-swap': 'arm and leg leads swapped',
  'precordial-swap': 'chest leads swapped',
  noise: 'much noise',
};

/** What is true of a patient, short enough for a column. */
export function truthInWords({ condition, leadFault }: Truth): string {
  return leadFault === null ? WORDS[condition] : `${WORDS[condition]}; ${FAULT_WORDS[leadFault]}`;
}
