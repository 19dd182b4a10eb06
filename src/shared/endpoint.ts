/** Where a guest's agent can be dialled: a VM backend makes it, the bridge uses it. Always of this machine. */
export type GuestEndpoint =
  | { readonly kind: 'tcp'; readonly host: '127.0.0.1' | '::1'; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };
