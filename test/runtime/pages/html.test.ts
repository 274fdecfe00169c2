import { describe, expect, it } from 'vitest'
import { html as markup } from '../../../runtime/src/pages/html.ts'

// Under a name of its own, because the formatter rewrites templates that are called html.
describe('html', () => {
  it('escapes every value in text and attributes', () => {
    const evil = `"><script>alert('&')</script>`
    expect(markup`<p title="${evil}">${evil}</p>`.text).not.toMatch(/<script|">"|'&'/)
  })
  it('keeps templates in templates as they are', () => {
    expect(markup`<ul>${markup`<li>${'<'}</li>`}</ul>`.text).toBe('<ul><li>&lt;</li></ul>')
  })
})
