import { join } from 'node:path'
import { bundle } from '../bundle.ts'

await bundle(import.meta.dirname)
// What backup and restore Jobs run: an image of its own, with PostgreSQL's and age's programs in it.
await bundle(import.meta.dirname, join(import.meta.dirname, 'jobs', 'dist'), 'jobs/main.ts')
