/**
 * Random bytes as `fill` makes them, fetched by the page: asking the system for 16 bytes costs as much as asking for
 * thousands. Each byte is given once, and wiped from the page when it is.
 */
export function randomPool(
  fill: (page: Uint8Array) => unknown,
  pageBytes = 4096,
): (bytes: number) => Buffer<ArrayBuffer> {
  const page = new Uint8Array(pageBytes)
  let used = pageBytes
  return (bytes) => {
    if (bytes > pageBytes) throw new RangeError(`${bytes} random bytes are more than a page of ${pageBytes}.`)
    if (used + bytes > pageBytes) {
      fill(page)
      used = 0
    }
    const end = used + bytes
    const given = Buffer.from(page.subarray(used, end))
    page.fill(0, used, end)
    used = end
    return given
  }
}
