import type { Banner } from '../../src/board/banner.js';
import type { EcgView } from '../../src/board/ecg-view.js';
import type { Me } from '../../src/board/me.controller.js';
import type { MessageDetail, MessageRow } from '../../src/board/messages.js';
import type { ModelReport } from '../../src/board/model-report.js';
import type { Row } from '../../src/board/row.js';
import type * as page from '../../src/board/web/contract.js';
import type * as desk from '../../src/board/web/contract-desk.js';
import type { DestinationRow, LetterRow } from '../../src/board/work-desk.js';
import type { WorklistPage } from '../../src/board/worklist.controller.js';

/**
 * The page is built without the service's types, so that nothing of the service reaches a browser.
 * Here the two meet: where the service tells anything else than the page reads, types do not hold.
 */
type Reads<PageType, ServiceType extends PageType> = ServiceType;

export type Contract = [
  Reads<page.Me, Me>,
  Reads<page.Banner, Banner>,
  Reads<page.Worklist, WorklistPage>,
  Reads<page.Row, Row>,
  Reads<page.EcgView, EcgView>,
  Reads<desk.MessageRow, MessageRow>,
  Reads<desk.MessageDetail, MessageDetail>,
  Reads<desk.DeadLetter, LetterRow>,
  Reads<desk.Destination, DestinationRow>,
  Reads<desk.ModelReport, ModelReport>,
];
