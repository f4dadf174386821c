import { deflateSync } from 'node:zlib';

/** One page of a PDF: a JPEG that fills it, or words and lines as they are drawn. */
export interface PdfPage {
  readonly jpeg?: { readonly bytes: Uint8Array; readonly width: number; readonly height: number };
  readonly content?: Uint8Array;
  readonly filter?: string;
  readonly rotate?: number;
}

export interface PdfOptions {
  /** Locked: a password is asked for before anything is read. */
  readonly locked?: boolean;
  readonly widthPoints?: number;
  readonly heightPoints?: number;
}

/** A PDF, written by hand; its pages are A4 lying on their side unless they are told otherwise. */
export function toPdf(
  pages: readonly PdfPage[],
  { locked = false, widthPoints = 842, heightPoints = 595 }: PdfOptions = {},
): Uint8Array {
  const objects: Buffer[] = [];
  const add = (content: Buffer | string): number => objects.push(Buffer.from(content));
  const catalog = add('<< /Type /Catalog /Pages 2 0 R >>');
  add('');
  const kids = pages.map((page) => addPage(page, [widthPoints, heightPoints], add));
  objects[1] = Buffer.from(
    `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((id) => `${id} 0 R`).join(' ')}] >>`,
  );
  const lock = locked
    ? add(
        `<< /Filter /Standard /V 1 /R 2 /P -44 /O <${'5a'.repeat(32)}> /U <${'a5'.repeat(32)}> >>`,
      )
    : null;
  return written(objects, catalog, lock);
}

function addPage(
  page: PdfPage,
  [width, height]: readonly [number, number],
  add: (content: Buffer | string) => number,
): number {
  const { jpeg, rotate = 0 } = page;
  const image =
    jpeg &&
    add(
      stream(
        `/Type /XObject /Subtype /Image /Width ${jpeg.width} /Height ${jpeg.height} ` +
          '/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode',
        jpeg.bytes,
      ),
    );
  const drawn = page.content ?? Buffer.from(`${width} 0 0 ${height} 0 0 cm /P Do`);
  const content = add(stream(page.filter === undefined ? '' : `/Filter ${page.filter}`, drawn));
  const resources = image === undefined ? '' : `/XObject << /P ${image} 0 R >>`;
  return add(
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Rotate ${rotate} ` +
      `/Contents ${content} 0 R /Resources << ${resources} >> >>`,
  );
}

function stream(entries: string, data: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`<< ${entries} /Length ${data.length} >>\nstream\n`),
    data,
    Buffer.from('\nendstream'),
  ]);
}

function written(objects: readonly Buffer[], catalog: number, lock: number | null): Uint8Array {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  const places: number[] = [];
  let at = parts[0]?.length ?? 0;
  const put = (part: Buffer): void => {
    parts.push(part);
    at += part.length;
  };
  for (const [i, object] of objects.entries()) {
    places.push(at);
    put(Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]));
  }
  const start = at;
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const encrypt =
    lock === null ? '' : `/Encrypt ${lock} 0 R /ID [<${'11'.repeat(16)}> <${'11'.repeat(16)}>]`;
  put(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`));
  put(
    Buffer.from(
      `trailer\n<< /Size ${objects.length + 1} /Root ${catalog} 0 R ${encrypt} >>\n` +
        `startxref\n${start}\n%%EOF\n`,
    ),
  );
  return new Uint8Array(Buffer.concat(parts));
}

/** A page of a few kilobytes whose drawing is this many bytes once it is unpacked twice. */
export function pdfBomb(byteCount: number): Uint8Array {
  const once = deflateSync(Buffer.alloc(byteCount, ' '), { level: 1 });
  return toPdf([{ content: deflateSync(once), filter: '[/FlateDecode /FlateDecode]' }]);
}
