/**
 * Who draws the menu decides which characters it takes for itself: a panel that gets the menu over D-Bus and
 * Windows both underline the character after a mark; a menu the helper draws itself (XEmbed) takes none.
 */
export type MenuDrawnBy = 'panel' | 'helper' | 'windows';

/** Makes the menu show exactly `label`. The helper makes a separator of one title, which no application may claim. */
export function escapeLabel(label: string, drawnBy: MenuDrawnBy): string {
  if (label === '' || label === '<SEPARATOR>') return `${label} `;
  if (drawnBy === 'panel') return label.replaceAll('_', '__');
  if (drawnBy === 'windows') return label.replaceAll('&', '&&');
  return label;
}
