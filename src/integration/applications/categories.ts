/**
 * Where menus of the host put an application (Desktop Menu Specification 1.1, registered categories): guessed from its
 * program, else from the guest's folder. None is better than a wrong one: it is in XPane's own menu anyway.
 */

const byProgram: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(notepad|notepad\+\+|uedit32|textpad|write)$/, ['Utility', 'TextEditor']],
  [/^(wordpad|winword|wpwin\d*|wordpro|soffice|swriter)$/, ['Office', 'WordProcessor']],
  [/^(excel|123w?|qpw\d*|scalc)$/, ['Office', 'Spreadsheet']],
  [/^(powerpnt|simpress)$/, ['Office', 'Presentation']],
  [/^(msaccess|sbase)$/, ['Office', 'Database']],
  [/^winproj$/, ['Office', 'ProjectManagement']],
  [/^visio$/, ['Office', 'FlowChart']],
  [/^(outlook|msimn|thunderbird)$/, ['Network', 'Email']],
  [/^(acrord32|acrobat|sumatrapdf)$/, ['Office', 'Viewer']],
  [/^(iexplore|firefox|opera|chrome|netscape)$/, ['Network', 'WebBrowser']],
  [/^(mspaint|pbrush|photoshop|coreldrw|psp)$/, ['Graphics', '2DGraphics']],
  [/^(acad|acadlt|sldworks)$/, ['Graphics', 'Engineering']],
  [/^(wmplayer|mplayer2|winamp|vlc)$/, ['AudioVideo', 'Player']],
  [/^calc$/, ['Utility', 'Calculator']],
  [/^(clock|timedate)$/, ['Utility', 'Clock']],
  [/^(winemine|winmine|sol|freecell|spider|mshearts|pinball)$/, ['Game']],
  [/^(cmd|command|wineconsole|powershell)$/, ['System', 'TerminalEmulator']],
  [/^(explorer|winefile|winfile)$/, ['System', 'FileTools', 'FileManager']],
  [/^(taskmgr|perfmon)$/, ['System', 'Monitor']],
  [/^(control|winecfg|uninstaller|appwiz)$/, ['Settings']],
  [/^(regedit|regedt32|mmc|msconfig)$/, ['System']],
  [/^(devenv|msdev|vb6|delphi32|bcb|eclipse)$/, ['Development', 'IDE']],
];

const byFolder: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\b(games?|spiele|jeux)\b/i, ['Game']],
  [/\b(office|works|lotus|wordperfect)\b/i, ['Office']],
  [/\b(graphics|photo|imaging|cad|autocad|corel)\b/i, ['Graphics']],
  [/\b(multimedia|entertainment|music|video|audio)\b/i, ['AudioVideo']],
  [/\b(internet|communications|network|mail)\b/i, ['Network']],
  [/\b(development|programming|visual studio|sdk|compiler)\b/i, ['Development']],
  [/\b(education|learning)\b/i, ['Education']],
  [/\b(science|laborator(y|ies)|analysis|measurement)\b/i, ['Science']],
  [/\b(system tools|administrative tools|administration)\b/i, ['System']],
  [/\b(accessories|zubehör|accessoires|tools|utilities)\b/i, ['Utility']],
];

/** Pure. */
export function categoriesOf(target: string, folder: readonly string[]): readonly string[] {
  const file = target.split(/[\\/]/).at(-1) ?? '';
  const program = file.replace(/\.[a-z]{3}$/i, '').toLowerCase();
  const known = byProgram.find(([pattern]) => pattern.test(program));
  if (known) return known[1];
  // The innermost says most.
  for (const name of folder.toReversed()) {
    const place = byFolder.find(([pattern]) => pattern.test(name));
    if (place) return place[1];
  }
  return [];
}
