/** Whether labels match a selector made of `key=value` and `key` (it exists), joined by commas. Others are refused. */
export function matchesSelector(selector: string | undefined, labels: Record<string, string> = {}): boolean {
  if (selector === undefined || selector === '') return true
  return selector.split(',').every((term) => {
    const [, key, value] = /^([\w./-]+)(?:=([\w.-]*))?$/.exec(term) ?? []
    if (key === undefined) {
      throw new TypeError(`The label selector "${term}" is not understood here: use key=value or key.`)
    }
    return value === undefined ? key in labels : labels[key] === value
  })
}
