export type Sections = Map<string, Map<string, string>>;

/** Reads a set-up file as Windows does: everything that Windows may take for the end of a line is one. */
export function readInf(text: string): Sections {
  const sections: Sections = new Map();
  let entries: Map<string, string> | undefined;
  for (const line of text.split(/[\r\n\u0085\u2028\u2029\v\f]+/)) {
    const header = /^\[(.*)\]$/.exec(line.trim());
    if (header) {
      if (sections.has(header[1] ?? '')) throw new Error(`[${header[1]}] comes twice`);
      entries = new Map();
      sections.set(header[1] ?? '', entries);
    } else if (line.trim() !== '') {
      const match = /^(\w+)=(?:"([^"]*)"|([^";]*))$/.exec(line);
      if (!match || !entries) throw new Error(`no entry: ${line}`);
      const [, key = '', quoted, bare] = match;
      if (entries.has(key)) throw new Error(`${key} comes twice`);
      if (bare?.endsWith('\\')) throw new Error(`${key} goes on in the next line`);
      entries.set(key, quoted ?? bare ?? '');
    }
  }
  return sections;
}

/** Which entries there are, without their values. */
export function shapeOf(sections: Sections): string[] {
  return [...sections].flatMap(([name, entries]) => [...entries.keys()].map((key) => `${name}.${key}`));
}
