import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readCursorFile, type ThemeImage } from './cursor-file.ts';

const DEFAULT_SIZE_PX = 24;
const MOST_SIZE_PX = 128;
const MOST_FILE_BYTES = 4 * 1024 * 1024;
/** Themes that inherit from themes that inherit from themes. */
const MOST_THEMES = 16;

/** Where libXcursor looks for the user's choice, in its order. */
export interface ThemeChoice {
  /** `Xcursor.theme` and `Xcursor.size` of the X resources, as text. */
  readonly resources: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The cursors of the host's own theme, found as libXcursor finds them. */
export class CursorTheme {
  readonly #folders: readonly string[];
  readonly #theme: string;
  readonly #sizePx: number;

  constructor({ resources, env }: ThemeChoice) {
    const home = env.HOME ?? homedir();
    const usual = `${home}/.local/share/icons:${home}/.icons:/usr/share/icons:/usr/share/pixmaps`;
    const folders = (env.XCURSOR_PATH ?? usual).split(':').filter((folder) => folder !== '');
    this.#folders = folders.map((folder) => (folder.startsWith('~/') ? join(home, folder.slice(2)) : folder));
    this.#theme = env.XCURSOR_THEME || resource(resources, 'Xcursor.theme') || 'default';
    const sizePx = Number(env.XCURSOR_SIZE || resource(resources, 'Xcursor.size'));
    this.#sizePx = sizePx >= 1 && sizePx <= MOST_SIZE_PX ? sizePx : DEFAULT_SIZE_PX;
  }

  /** The pictures of the first of these names that the theme has, or what it inherits from; none: no theme has it. */
  async find(names: readonly string[]): Promise<readonly ThemeImage[]> {
    const themes = [this.#theme];
    for (let at = 0; at < Math.min(themes.length, MOST_THEMES); at++) {
      const theme = themes[at] ?? '';
      for (const name of names) {
        const images = await this.#read(theme, name);
        if (images.length > 0) return images;
      }
      const inherited = await this.#inheritedBy(theme);
      themes.push(...inherited.filter((other) => !themes.includes(other)));
    }
    return [];
  }

  async #read(theme: string, name: string): Promise<readonly ThemeImage[]> {
    for (const folder of this.#folders) {
      const file = join(folder, theme, 'cursors', name);
      const bytes = await smallFile(file);
      const images = bytes ? readCursorFile(bytes, this.#sizePx) : [];
      if (images.length > 0) return images;
    }
    return [];
  }

  async #inheritedBy(theme: string): Promise<readonly string[]> {
    for (const folder of this.#folders) {
      const index = await smallFile(join(folder, theme, 'index.theme'));
      const names = index && /^\s*Inherits\s*=\s*(.*)$/m.exec(index.toString('utf8'))?.[1];
      if (names) return names.split(/[,;:\s]+/).filter((name) => name !== '' && !name.includes('/'));
    }
    return [];
  }
}

/** A theme that is not there, or whose file is no file, is as good as one without that cursor. */
async function smallFile(path: string): Promise<Buffer | undefined> {
  try {
    const { size } = await stat(path);
    return size <= MOST_FILE_BYTES ? await readFile(path) : undefined;
  } catch {
    return undefined;
  }
}

function resource(resources: string, name: string): string | undefined {
  const line = resources.split('\n').find((one) => one.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}
