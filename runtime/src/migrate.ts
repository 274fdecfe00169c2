import { runMigration } from './migration-step.ts'

process.exitCode = await runMigration(process.env, new URL('./db/migrations/', import.meta.url))
