/** Tells a waiting person what is going on. */
export type Progress = (line: string) => void

export const toStderr: Progress = (line) => void process.stderr.write(`${line}\n`)
