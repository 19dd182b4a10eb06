import type { PointerShape } from '../../presenter.ts';

/** Names of a shape in cursor themes, the best first, and its glyph in the X server's own cursor font. */
export interface ShapeNames {
  readonly theme: readonly string[];
  readonly glyph: number;
}

export const shapeNames: Readonly<Record<PointerShape, ShapeNames>> = {
  arrow: { theme: ['default', 'left_ptr'], glyph: 68 },
  text: { theme: ['text', 'xterm'], glyph: 152 },
  wait: { theme: ['wait', 'watch'], glyph: 150 },
  cross: { theme: ['crosshair', 'cross'], glyph: 34 },
  'up-arrow': { theme: ['up-arrow', 'sb_up_arrow'], glyph: 114 },
  'size-nwse': { theme: ['nwse-resize', 'size_fdiag', 'bottom_right_corner'], glyph: 14 },
  'size-nesw': { theme: ['nesw-resize', 'size_bdiag', 'bottom_left_corner'], glyph: 12 },
  'size-we': { theme: ['ew-resize', 'size_hor', 'sb_h_double_arrow'], glyph: 108 },
  'size-ns': { theme: ['ns-resize', 'size_ver', 'sb_v_double_arrow'], glyph: 116 },
  'size-all': { theme: ['size_all', 'fleur', 'all-scroll'], glyph: 52 },
  no: { theme: ['not-allowed', 'crossed_circle', 'circle'], glyph: 24 },
  hand: { theme: ['pointer', 'hand2', 'hand1'], glyph: 60 },
  'app-starting': { theme: ['progress', 'left_ptr_watch'], glyph: 150 },
  help: { theme: ['help', 'question_arrow'], glyph: 92 },
};
