/** What a VMDK's descriptor says that matters here. Source: VMware, "Virtual Disk Format 5.0". */
export interface VmdkDescriptor {
  /** Files the disk's content is in, as written: names of an untrusted file. */
  readonly untrustedExtentFiles: readonly string[];
  /** The disk only holds what differs from another one. */
  readonly hasParent: boolean;
  /** `ide`, `buslogic`, `lsilogic` and others; undefined when it is not told. */
  readonly adapter: string | undefined;
}

/** The longest descriptor read: VMware's have 10 KiB, also for disks of many parts. */
export const maxDescriptorBytes = 1 << 20;

/**
 * Reads a descriptor as QEMU does, and refuses (undefined) what it would read otherwise: its scanner takes any white
 * space for a separator, line ends too, so every line that begins like an extent must be a whole one. Pure.
 */
export function parseVmdkDescriptor(text: string): VmdkDescriptor | undefined {
  const untilNul = text.split('\0', 1)[0] ?? '';
  const untrustedExtentFiles: string[] = [];
  let adapter: string | undefined;
  let parentCid = 'ffffffff';
  for (const line of untilNul.split('\n').map((each) => each.trim())) {
    if (/^(RW|RDONLY|NOACCESS)(\s|$)/i.test(line)) {
      const extent = /^\w+ \d+ (\w+)(?: "([^"]+)"(?: \d+)?)?$/.exec(line);
      if (!extent) return undefined;
      const [, type, name] = extent;
      if (name === undefined && type !== 'ZERO') return undefined;
      if (name !== undefined) untrustedExtentFiles.push(name);
    }
    const value = /^([\w.]+)\s*=\s*"?([^"]*)"?$/.exec(line);
    if (value?.[1] === 'parentCID') parentCid = (value[2] ?? '').toLowerCase();
    // It is shown to the user.
    if (value?.[1] === 'ddb.adapterType') adapter = /^[a-z]{1,20}$/i.exec(value[2] ?? '')?.[0].toLowerCase();
  }
  const hasParent = parentCid !== 'ffffffff' || untilNul.includes('parentFileNameHint');
  return { untrustedExtentFiles, hasParent, adapter };
}

/** Whether a name leads to a file beside the descriptor, and nowhere else. No file's name is longer. Pure. */
export function isPlainName(untrustedName: string): boolean {
  if (Buffer.byteLength(untrustedName) > 255) return false;
  return /^[^/\\:\0]+$/.test(untrustedName) && untrustedName !== '.' && untrustedName !== '..';
}
