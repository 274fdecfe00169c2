export interface Tracing {
  /** Runs `run` inside a span that is a child of the one around it. An error is marked with its code and thrown on. */
  span: <T>(name: string, attributes: Record<string, string>, run: () => Promise<T>) => Promise<T>
  /** Sends what is left. */
  close: () => Promise<void>
}
