import { z } from 'zod'
import { rules, text } from './cel.ts'
import { dnsName, instant, loweredReason } from './fields.ts'
import { servers } from './servers.ts'

const s3 = z
  .object({
    endpoint: text(
      { min: 8, max: 270 },
      /^https?:\/\/([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]*[a-z0-9])?(:[1-9][0-9]{0,4})?$/,
      'write the URL of the S3 server as https://host or https://host:port in lower case: no bucket, no path, no slash at the end',
    ).describe('URL of the S3 server, such as https://s3.fr-par.scw.cloud.'),
    region: text(
      { min: 1, max: 63 },
      /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
      'write the region as the S3 server names it, in lower-case letters, digits and -',
    ).describe('Region that requests are signed for, as the server names it, such as fr-par.'),
    bucket: text(
      { min: 3, max: 63 },
      /^[a-z0-9][-.a-z0-9]*[a-z0-9]$/,
      'write the name of a bucket: lower-case letters, digits, - and . only, beginning and ending with a letter or digit',
    ).describe(
      'The bucket. It should keep no versions for longer than a day, and be reached by nobody else.',
    ),
    prefix: text(
      { min: 0, max: 200 },
      /^([A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?$/,
      'write folders with / between them, such as backups/kiavi: letters, digits, -, _ and . only, no folder begins with a dot, no slash at the begin or end',
    )
      .default('')
      .describe('Folder in the bucket below which everything lies. Default: the bucket itself.'),
    credentialsSecretName: dnsName().describe(
      "Secret in the operator's namespace with the keys accessKeyID and secretAccessKey, which may list, read, write and delete below the prefix.",
    ),
    caSecretName: dnsName()
      .optional()
      .describe(
        "Secret in the operator's namespace with the key ca.crt (PEM) that signed the server's certificate. Default: the system's trust store.",
      ),
    forcePathStyle: z
      .boolean()
      .default(true)
      .describe('Name the bucket in the path of the URL, as most servers want it, and not in its host.'),
    reachedBy: servers('the S3 server')
      .optional()
      .describe(
        "Where backup Jobs may connect to reach the S3 server. Default: anywhere, on the endpoint's port.",
      ),
    tlsDisabledReason: loweredReason().optional(),
  })
  .meta(
    rules({
      rule: "!self.endpoint.startsWith('http://') || has(self.tlsDisabledReason)",
      message:
        'http:// shows everybody on the way which tenants have which backups: write tlsDisabledReason (why, and who decided), or https://',
      reason: 'FieldValueRequired',
      fieldPath: '.tlsDisabledReason',
    }),
  )

const isSame = (field: string) => `self.s3.${field} == oldSelf.s3.${field}`
const sameBucket = ['endpoint', 'region', 'bucket', 'prefix'].map(isSame).join(' && ')

const store = z
  .object({
    s3: s3.optional().describe('A bucket of an S3 server.'),
    volume: z
      .object({
        claimName: dnsName().describe(
          "PersistentVolumeClaim in the operator's namespace that several pods may mount at the same time.",
        ),
      })
      .optional()
      .describe('A volume.'),
  })
  .meta(
    rules(
      {
        rule: 'has(self.s3) != has(self.volume)',
        message: 'write exactly one of s3 and volume: it says where backups lie',
        reason: 'FieldValueRequired',
      },
      {
        rule: `has(self.s3) == has(oldSelf.s3) && has(self.volume) == has(oldSelf.volume) && (!has(self.s3) || !has(oldSelf.s3) || ${sameBucket}) && (!has(self.volume) || !has(oldSelf.volume) || self.volume.claimName == oldSelf.volume.claimName)`,
        message: 'the store cannot change, backups lie there: make another class for another store',
        reason: 'FieldValueForbidden',
      },
    ),
  )

export const backupStore = z.object({
  store: store.describe('Where they lie.'),
  recoveryRecipient: text(
    { min: 62, max: 128 },
    /^age1[02-9ac-hj-np-z]{58}$/,
    'write the public half of an age identity, as age-keygen -y prints it: age1 and 58 lower-case letters and digits',
    {
      rule: "!self.startsWith('AGE-SECRET-KEY-')",
      message:
        'this is a private key, and seen by now: make another, and keep its private half out of the cluster',
    },
  ).describe(
    'Public half of an age identity whose private half lies offline, outside the cluster. What a lost cluster would take with it is encrypted to it: without the private half backups of a lost cluster cannot be read.',
  ),
  atOnce: z.int().min(1).max(100).default(4).describe('Backups of the class that run at the same time.'),
})

const count = () => z.int().min(0)

export const storeStatus = z.object({
  sweptAt: instant().describe('When it ended.'),
  backups: count().describe('Backups that lie there.'),
  bytes: count().describe('Bytes that lie there, all versions of everything.'),
  oldestExpiry: instant()
    .optional()
    .describe('The earliest date by which one of them is to be gone; those that are kept past theirs apart.'),
  spared: count().describe(
    'Objects kept past their date: the last verified backup of who lives, and what goes with it.',
  ),
  refused: count().describe('Objects that cannot be proven to be ours. They are left alone.'),
  denied: count().describe('Objects that the store does not let us delete.'),
})

export type StoreStatus = z.infer<typeof storeStatus>
