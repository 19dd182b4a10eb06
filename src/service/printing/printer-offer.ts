import { createHash } from 'node:crypto';
import type { OfferedPrinter } from '../../guest-bridge/guest-printing.ts';
import type { HostPrinters } from '../../integration/printing/host-printers.ts';
import type { Settings } from '../../workspace/settings-schema.ts';

export interface PrinterOffer extends OfferedPrinter {
  /** Of this computer; undefined: a PDF. */
  readonly printer: string | undefined;
}

const most = 16;
const longestName = 64;
const mark = ' (XPane)';

/** The printers that a guest gets, the usual one first. Pure. */
export function printerOffer(
  setting: Settings['printing'],
  { names, usual }: Pick<HostPrinters, 'names' | 'usual'>,
): PrinterOffer[] {
  if (setting === 'off') return [];
  const others = setting === 'all' ? names.filter((name) => name !== usual) : [];
  const chosen = setting === 'pdf' ? [] : [...(usual === undefined ? [] : [usual]), ...others];
  const taken = new Set<string>();
  const offers = chosen.slice(0, most - 1).map((printer) => ({
    printer,
    printerId: idOf(`printer ${printer}`),
    name: nameIn(printer, taken),
  }));
  return [...offers, { printer: undefined, printerId: idOf('pdf'), name: nameIn('PDF file', taken) }];
}

function idOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** As Windows takes it; no two alike, whatever the case. */
function nameIn(printer: string, taken: Set<string>): string {
  const plain =
    printer
      .replace(/[\\,!\p{Cc}]/gu, '_')
      .replaceAll('_', ' ')
      .trim() || 'Printer';
  for (let number = 1; ; number++) {
    const end = number > 1 ? ` ${number}${mark}` : mark;
    const name = cut(plain, longestName - end.length) + end;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}

function cut(text: string, units: number): string {
  return text.slice(0, units).replace(/[\ud800-\udbff]$/, '');
}
