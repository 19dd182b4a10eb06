/** What the host's desktop is told of guests: all texts are safe to show, all ids are safe file names. */

export interface DesktopWorkspace {
  readonly id: string;
  readonly name: string;
  /** Its own screen can be shown, see `xpane desktop`. */
  readonly hasScreen: boolean;
  readonly applications: readonly DesktopApplication[];
}

export interface DesktopApplication {
  /** 16 hex digits. */
  readonly id: string;
  readonly name: string;
  /** The guest's Start Menu folders from the top. */
  readonly folder: readonly string[];
  /** A path of the guest's; may be empty. */
  readonly target: string;
  /** WM_CLASS of its windows; undefined where nobody knows its program. */
  readonly windowClass?: string;
  /** Of the files that it opens, and that may go into the guest: `[a-z0-9_$~#+-]`, without the dot. */
  readonly extensions: readonly string[];
  readonly icon?: DesktopIcon;
}

export interface DesktopIcon {
  /** 16 hex digits: the same id, the same pictures. */
  readonly id: string;
  /** Standard sizes of a theme that it has, in pixels. */
  readonly edgesPx: readonly number[];
  /** Makes the pictures: PNG, by size. */
  readonly images: () => Promise<ReadonlyMap<number, Uint8Array>>;
}
