import { pause } from '../src/shared/deadline.ts';
import { untilFinalPicture } from './eye/final-picture.ts';
import { type Figure, figure } from './figure.ts';
import type { CellTyping } from './key-to-pixel.ts';
import type { Peer } from './peers/peer.ts';
import type { Rig } from './rig.ts';

const opensPerRound = 12;
/** Where in the program's window the menu is opened, and what it covers at most; in pixels. */
const clickAt = { x: 100, y: 100 };
const menuArea = { x: 90, y: 90, width: 200, height: 240 };
const elsewhere = { x: 500, y: 400 };
/** Longer than any pause between two parts of a menu. */
const defaultRestMs = 300;

/** From the right click to a context menu that looks as it does at rest; every peer has to show the same one. */
export async function benchMenu(rig: Rig): Promise<Figure[]> {
  const pictures = new Pictures();
  const turns = await rig.turns('menu', (peer, typing) => openMenus(peer, typing, pictures));
  rig.draw('Click to complete menu', 'ms', turns, (samples) => samples);
  const of = (key: 'xpane' | 'floor' | 'xpra_tcp' | 'xpra_mmap' | 'vnc') =>
    turns.of(key, (samples) => samples);
  const own = of('xpane')?.samples;
  if (!own) return [];
  const name = 'seamless.menu_to_popup';
  return [
    figure(`${name}.p50`, 'ms', own, 0.5, of('floor'), { atMostPlus: 30 }),
    figure(`${name}.p95`, 'ms', own, 0.95, of('floor'), { atMostPlus: 30 }),
    figure(`${name}.p50.against_xpra_tcp`, 'ms', own, 0.5, of('xpra_tcp')),
    figure(`${name}.p50.against_xpra_mmap`, 'ms', own, 0.5, of('xpra_mmap')),
    figure(`${name}.p50.against_vnc`, 'ms', own, 0.5, of('vnc')),
  ];
}

export async function openMenus(
  peer: Peer,
  typing: CellTyping,
  pictures: Pictures,
  restMs = defaultRestMs,
): Promise<number[]> {
  const { eye, content } = peer;
  const onScreen = ({ x, y }: { x: number; y: number }) => ({ x: content.x + x, y: content.y + y });
  const area = { ...menuArea, ...onScreen(menuArea) };
  const samples: number[] = [];
  for (let open = 0; open < opensPerRound; open++) {
    await typing.expectExact();
    eye.moveTo(onScreen(clickAt));
    await pause(100 + Math.random() * 100);
    const click = () => {
      eye.button(3, true);
      eye.button(3, false);
    };
    const picture = await untilFinalPicture(eye, area, click, { restMs, timeoutMs: 10_000 });
    pictures.expectSame(peer, picture.bgrx, typing.presses);
    samples.push(picture.elapsedMs);
    eye.moveTo(onScreen(elsewhere));
    await pause(50);
    eye.button(1, true);
    eye.button(1, false);
  }
  await typing.expectExact();
  return samples;
}

/** What the menu looks like to all who take part, by the number of presses, which colour what is around it. */
export class Pictures {
  readonly #known = new Map<number, { readonly title: string; readonly bgrx: Buffer }>();

  /** Throws when another peer showed another picture. */
  expectSame({ title }: Peer, bgrx: Buffer, presses: number): void {
    const known = this.#known.get(presses);
    if (!known) this.#known.set(presses, { title, bgrx });
    else if (!sameColours(bgrx, known.bgrx)) {
      throw new Error(`${title}: the menu does not look as ${known.title} shows it`);
    }
  }
}

/** The fourth byte of a pixel has no meaning. */
function sameColours(a: Buffer, b: Buffer): boolean {
  for (let at = 0; at < a.length; at += 4) {
    if ((a.readUInt32LE(at) ^ b.readUInt32LE(at)) & 0xffffff) return false;
  }
  return a.length === b.length;
}
