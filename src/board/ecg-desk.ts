import type { Assessment } from '../core/decision/assessment.js';
import type { ModelCard } from '../core/decision/card.js';
import type { Page } from '../core/image/page.js';
import type { LayoutName } from '../core/image/paper.js';
import { toPng } from '../drawing/png.js';
import { toSvg } from '../drawing/svg.js';
import type { EcgRecord, Ledger } from '../ledger/ledger.js';
import type { EcgDesk } from './ecg.controller.js';
import { ecgViewOf, type EcgViewReads } from './ecg-view.js';

export interface EcgDeskOptions {
  readonly ledger: EcgViewReads & Pick<Ledger, 'audit'>;
  readonly cards: readonly ModelCard[];
  /** The picture that also goes to the chart. */
  readonly draw: (ecg: EcgRecord, assessment: Assessment | null, layout: LayoutName) => Page;
}

export function createEcgDesk({ ledger, cards, draw }: EcgDeskOptions): EcgDesk {
  const page = async (ecgId: string, layout: LayoutName, actor: string): Promise<Page | null> => {
    const record = await ledger.assessments.ecg(ecgId);
    if (!record) return null;
    await ledger.audit.record({ actor, action: 'draw ecg', subject: ecgId });
    const assessed = await ledger.assessments.ofEcg(ecgId);
    return draw(record, assessed?.assessment ?? null, layout);
  };
  return {
    async view(ecgId, actor) {
      const view = await ecgViewOf(ledger, cards, ecgId);
      if (view) await ledger.audit.record({ actor, action: 'read ecg', subject: ecgId });
      return view;
    },
    async png(ecgId, layout, actor) {
      const drawn = await page(ecgId, layout, actor);
      return drawn && toPng(drawn);
    },
    async svg(ecgId, layout, actor) {
      const drawn = await page(ecgId, layout, actor);
      return drawn && toSvg(drawn);
    },
  };
}
