import type { Size } from '../../src/shared/geometry.ts';
import { startXDesktop, type XDesktop } from '../../test/component/fixtures/x-desktop.ts';
import { Eye } from './eye.ts';
import { screenFolder } from './screen-memory.ts';

/** A display with a window manager whose screen can be looked at for nothing. Owner of its processes: call `stop`. */
export interface BenchDesktop {
  readonly desktop: XDesktop;
  readonly eye: Eye;
  readonly stop: () => Promise<void>;
}

export const benchScreen: Size = { width: 1280, height: 1024 };

export async function startBenchDesktop(
  options: { readonly size?: Size; readonly sessionBus?: boolean } = {},
): Promise<BenchDesktop> {
  const folder = await screenFolder();
  try {
    const desktop = await startXDesktop({
      size: benchScreen,
      // The server would draw the pointer into the pixels that are looked at.
      serverArguments: ['-fbdir', folder.path, '-nocursor'],
      ...options,
    });
    const eye = await Eye.open(desktop.display, folder.path).catch(async (error: unknown) => {
      await desktop.stop();
      throw error;
    });
    const stop = async () => {
      eye.close();
      await desktop.stop();
      await folder.remove();
    };
    return { desktop, eye, stop };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}
