/** What the user is told of a print job. Safe to show. */
export interface PrintNotice {
  readonly kind: 'information' | 'warning';
  readonly title: string;
  readonly text: string;
}
