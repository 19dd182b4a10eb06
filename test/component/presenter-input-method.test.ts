import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ibus, startIbus } from './fixtures/ibus.ts';
import { type PresenterRig, type RecordedSurface, startPresenterRig } from './fixtures/presenter-rig.ts';
import { waitFor } from './fixtures/x-desktop.ts';

/** With a real ibus and the Vietnamese engine of m17n: `tieengs` becomes `tiếng`. */
describe('an input method', () => {
  let rig: PresenterRig;
  let ibus: Ibus;
  let surface: RecordedSurface & { readonly id: number };

  beforeAll(async () => {
    rig = await startPresenterRig({
      sessionBus: true,
      furnish: async (desktop) => {
        ibus = await startIbus(desktop);
        return ibus.env;
      },
    });
    surface = await rig.show({ title: 'Typed into' });
    await focus();
    await waitFor('the process for input methods', () => helper() !== undefined, 20_000);
  });

  afterAll(() => rig?.stop());

  beforeEach(() => surface.forget());

  async function focus(): Promise<void> {
    await rig.desktop.tool('xdotool', 'windowactivate', '--sync', String(surface.id));
    await waitFor('the focus', () => surface.last('focus')?.focused === true || undefined);
  }

  /** The process that this presenter started, once it speaks to the display. */
  function helper(): number | undefined {
    const list = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], {
      encoding: 'utf8',
    });
    const line = list.split('\n').find((each) => each.endsWith(' input-method'));
    return line === undefined ? undefined : Number.parseInt(line, 10);
  }

  const pressed = () => surface.all('key').filter(({ key }) => key.down && !key.kept);
  const text = () =>
    pressed()
      .map(({ key }) => key.text ?? '')
      .join('');
  const untilText = (wanted: string) =>
    waitFor(`the text ${wanted}`, () => (text() === wanted && allUp()) || undefined, 10_000).catch(() => {
      expect(text()).toBe(wanted);
    });
  /** The last of what was typed is a release. */
  const allUp = () => surface.last('key')?.key.down === false;

  it('makes text of several keys; none of them arrives by itself', async () => {
    await ibus.choose('m17n:vi:telex');
    await untilServed();
    surface.forget();
    await rig.desktop.type('tieengs vieetj ');
    await untilText('tiếng việt ');
    const made = surface.all('key').filter(({ key }) => key.composed);
    expect(made.length).toBeGreaterThan(0);
    for (const { key } of made) expect(key).toMatchObject({ scancode: 0, seen: false });
  });

  /** The engine is there once it takes a key; Escape ends what it has begun. */
  async function untilServed(): Promise<void> {
    await waitFor('the engine', async () => {
      surface.forget();
      await rig.desktop.type('aa ');
      await waitFor('the space', () => (text().includes(' ') && allUp()) || undefined);
      return text() === 'â ';
    });
  }

  it('leaves alone what is not its own: shortcuts, arrows, modifiers', async () => {
    await rig.desktop.key('ctrl+s', 'Left');
    await waitFor('the arrow', () => surface.all('key').length === 6 || undefined);
    const codes = surface.all('key').map(({ key }) => [key.scancode, key.down]);
    expect(codes).toEqual([
      [0x1d, true],
      [0x1f, true],
      [0x1d, false],
      [0x1f, false],
      [0x4b, true],
      [0x4b, false],
    ]);
    expect(surface.all('key')[1]?.key.modifiers.ctrl).toBe(true);
  });

  it('that is switched off lets keys be keys', async () => {
    await ibus.choose('xkb:us::eng');
    await waitFor('plain keys', async () => {
      surface.forget();
      await rig.desktop.type('aa');
      await waitFor('two keys', () => surface.all('key').length === 4 || undefined);
      return pressed().every(({ key }) => key.scancode === 0x1e && !key.composed && key.seen);
    });
  });

  it('whose process hangs costs a second, and no key', async () => {
    const pid = helper();
    if (pid === undefined) throw new Error('no process for input methods');
    process.kill(pid, 'SIGSTOP');
    await rig.desktop.type('still here');
    await untilText('still here');
    await waitFor('the process to be gone', () => helper() === undefined || undefined);
    surface.forget();
    await rig.desktop.type('at once');
    await untilText('at once');
  });

  it('whose process hung is spoken to again', async () => {
    await rig.show({ title: 'Another' });
    await waitFor(
      'the next process',
      async () => {
        await rig.desktop.tool('xdotool', 'windowactivate', '--sync', String(surface.id));
        if (helper() !== undefined) return true;
        await rig.desktop.tool('xdotool', 'windowminimize', '--sync', String(surface.id));
        return false;
      },
      20_000,
    );
    await ibus.choose('m17n:vi:telex');
    await untilServed();
  });

  it('that ends leaves the keys', async () => {
    await ibus.exit();
    await waitFor('the process to be gone', () => helper() === undefined || undefined);
    surface.forget();
    await rig.desktop.type('without');
    await untilText('without');
  });
});
