import type { ClipboardType } from '../../clipboard.ts';
import { internAll } from '../atoms.ts';
import type { XConnection } from '../x11-client.ts';

/** Names of ICCCM 2 and of the freedesktop.org clipboard conventions. */
const NAMES = [
  'ATOM',
  'ATOM_PAIR',
  'CLIPBOARD',
  'CLIPBOARD_MANAGER',
  'INCR',
  'INTEGER',
  'MULTIPLE',
  'NULL',
  'SAVE_TARGETS',
  'STRING',
  'TARGETS',
  'TEXT',
  'TIMESTAMP',
  'UTF8_STRING',
  'XPANE_CONTENT',
  'application/rtf',
  'image/bmp',
  'image/png',
  'image/x-bmp',
  'image/x-MS-bmp',
  'text/html',
  'text/plain',
  'text/plain;charset=utf-8',
  'text/richtext',
  'text/rtf',
  'text/uri-list',
  'x-special/gnome-copied-files',
] as const;

export type SelectionAtoms = Readonly<Record<(typeof NAMES)[number], number>>;

export async function selectionAtoms(connection: XConnection): Promise<SelectionAtoms> {
  return await internAll(connection, NAMES);
}

type TargetName = keyof SelectionAtoms;

/** What programs call each kind of content, the best first. */
const targetNames: Record<ClipboardType, readonly TargetName[]> = {
  'text/plain': ['UTF8_STRING', 'text/plain;charset=utf-8', 'text/plain', 'STRING', 'TEXT'],
  'text/html': ['text/html'],
  'text/rtf': ['text/rtf', 'application/rtf', 'text/richtext'],
  'image/png': ['image/png'],
  'image/bmp': ['image/bmp', 'image/x-bmp', 'image/x-MS-bmp'],
  'text/uri-list': ['text/uri-list', 'x-special/gnome-copied-files'],
};
const types = Object.keys(targetNames) as ClipboardType[];

/** The targets that stand for a kind of content. Pure. */
export function targetsOf(atoms: SelectionAtoms, type: ClipboardType): number[] {
  return targetNames[type].map((name) => atoms[name]);
}

/** Pure. */
export function typeOf(atoms: SelectionAtoms, target: number): ClipboardType | undefined {
  return types.find((type) => targetsOf(atoms, type).includes(target));
}

/** Which target to ask for, of those that a program offers. Pure. */
export function bestTargets(
  atoms: SelectionAtoms,
  offered: readonly number[],
): ReadonlyMap<ClipboardType, number> {
  const best = new Map<ClipboardType, number>();
  for (const type of types) {
    const target = targetsOf(atoms, type).find((each) => offered.includes(each));
    if (target !== undefined) best.set(type, target);
  }
  return best;
}

/**
 * Content as it goes by a target: STRING is Latin-1 by ICCCM, TEXT is whatever the answer says; GNOME's kind of copied
 * files says first that they are copied, not cut, and has no last end of line (Nautilus and those who follow it). Pure.
 */
export function encodedFor(
  atoms: SelectionAtoms,
  target: number,
  content: Uint8Array,
): { readonly type: number; readonly bytes: Buffer } {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (target === atoms.TEXT) return { type: atoms.UTF8_STRING, bytes };
  if (target === atoms['x-special/gnome-copied-files']) {
    return { type: target, bytes: Buffer.from(`copy\n${linesOf(bytes).join('\n')}`) };
  }
  if (target !== atoms.STRING) return { type: target, bytes };
  const latin = bytes.toString('utf8').replace(/[\u{100}-\u{10ffff}]/gu, '?');
  return { type: target, bytes: Buffer.from(latin, 'latin1') };
}

/** The content that came with an answer of this type. What was cut has only been copied for us. Pure. */
export function decodedFrom(atoms: SelectionAtoms, type: number, bytes: Buffer): Buffer {
  if (type === atoms['x-special/gnome-copied-files']) {
    return Buffer.from(linesOf(bytes).slice(1).join('\r\n'));
  }
  return type === atoms.STRING ? Buffer.from(bytes.toString('latin1'), 'utf8') : bytes;
}

function linesOf(bytes: Buffer): string[] {
  return bytes.toString('utf8').split(/\r?\n/).filter(Boolean);
}
