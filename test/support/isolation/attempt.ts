/** What a stranger's pod can try. */
export type Attempt =
  | { kind: 'tcp'; host: string; port: number }
  | { kind: 'http'; url: string }
  /** The API server; a 200 counts, and nothing else. */
  | { kind: 'kubernetes'; host: string; port: number; path: string; token: string }
  /** With the role and password that the pod has mounted. */
  | { kind: 'sql'; host: string; port: number; database: string }

export interface Outcome {
  reached: boolean
  how: string
}
