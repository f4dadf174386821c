import type { Ecg, Samples } from '../../src/core/ecg/ecg.js';
import { checkLimbLeads } from '../../src/core/ecg/einthoven.js';

/** Leads that carry the samples of another lead, where the limb leads do not tell of it. */
export function misassigned(read: Ecg, original: Ecg): string[] {
  const swapped = read.leads.flatMap((lead) => {
    const whose = original.leads.find((other) => areEqual(other.samples, lead.samples));
    return whose && whose.name !== lead.name ? [`${lead.name} holds ${whose.name}`] : [];
  });
  if (swapped.length === 0) return [];
  return checkLimbLeads(read).some(({ agrees }) => !agrees) ? [] : swapped;
}

function areEqual(one: Samples, two: Samples): boolean {
  if (one.length !== two.length) return false;
  for (let i = 0; i < one.length; i += 1) if (one[i] !== two[i]) return false;
  return true;
}
