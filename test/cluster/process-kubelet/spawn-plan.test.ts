import { describe, expect, it } from 'vitest'
import { podWith, sources } from './fixtures.ts'
import { type Container } from './pod.ts'
import { programFor, shortImageName, spawnPlan } from './spawn-plan.ts'

const programs = { tiny: { entrypoint: ['/bin/node', 'main.ts'], cwd: '/app', env: { FROM: 'image' } } }
const context = { programs, sources, root: '/pod/root/web', home: '/pod/home/web' }
const plan = (container: Partial<Container>, more: Partial<typeof context> = {}) => {
  const pod = podWith(container)
  return spawnPlan(pod, pod.spec.containers[0]!, { ...context, ...more })
}

describe('shortImageName', () => {
  it.each([
    ['tiny', 'tiny'],
    ['tiny:1.0', 'tiny'],
    ['registry.example:5000/kiavi/tiny:1.0', 'tiny'],
    ['registry.example/kiavi/tiny@sha256:abc', 'tiny'],
    ['registry.example/kiavi/tiny:1.0@sha256:abc', 'tiny'],
  ])('%s is known as %s', (image, name) => {
    expect(shortImageName(image)).toBe(name)
  })
})

describe('programFor', () => {
  const one = { entrypoint: ['one'] }
  const two = { entrypoint: ['two'] }
  it.each([
    { because: 'the short name counts', image: 'r/a/tiny:2', table: { tiny: one }, is: one },
    { because: 'the longest beginning wins', image: 'r/a/tiny', table: { 'r/': one, 'r/a/': two }, is: two },
    { because: 'another image has none', image: 'nginx', table: { tiny: one }, is: undefined },
  ])('$because', ({ image, table, is }) => {
    expect(programFor(image, table)).toBe(is)
  })
})

describe('spawnPlan', () => {
  it('runs the entrypoint with the arguments, at the address of the pod, with its files', () => {
    expect(plan({ args: ['migrate'] })).toEqual({
      command: '/bin/node',
      args: ['main.ts', 'migrate'],
      cwd: '/app',
      env: {
        FROM: 'image',
        HOME: '/pod/home/web',
        TMPDIR: '/pod/home/web',
        HOSTNAME: 'web-1',
        KIAVI_CONFIG_DIR: '/pod/root/web/etc/kiavi',
        KIAVI_LISTEN_HOST: '10.98.0.2',
      },
    })
  })

  it('names what has a fixed path in the image by where it is here', () => {
    const paths = { PIPE: '/run/pipe' }
    expect(plan({}, { programs: { tiny: { ...programs.tiny, paths } } as typeof programs })).toMatchObject({
      env: { PIPE: '/pod/root/web/run/pipe' },
    })
  })

  it.each<{ because: string; container: Partial<Container>; is: object }>([
    {
      because: 'a command replaces the entrypoint',
      container: { command: ['sh', '-c'], args: ['x'] },
      is: { command: 'sh', args: ['-c', 'x'] },
    },
    {
      because: 'its own environment wins',
      container: { env: [{ name: 'FROM', value: 'pod' }] },
      is: { env: expect.objectContaining({ FROM: 'pod' }) as object },
    },
    {
      because: 'variables are expanded, unknown ones and $$ are not',
      container: {
        env: [
          { name: 'A', value: 'one' },
          { name: 'B', value: '$(A)-$(NO)-$$(A)' },
        ],
        args: ['$(B)'],
      },
      is: { args: ['main.ts', 'one-$(NO)-$(A)'] },
    },
    {
      because: 'fields, ConfigMaps and Secrets give values',
      container: {
        env: [
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
          { name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a.txt' } } },
          { name: 'P', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } },
          { name: 'NONE', valueFrom: { secretKeyRef: { name: 'none', key: 'x', optional: true } } },
        ],
      },
      is: { env: expect.objectContaining({ IP: '10.98.0.2', APP: 'web', A: 'A', P: 'hunter2' }) as object },
    },
  ])('$because', ({ container, is }) => {
    expect(plan(container)).toMatchObject(is)
  })

  it.each<{ because: string; container: Partial<Container>; says: string }>([
    {
      because: 'no program stands for the image',
      container: { image: 'nginx' },
      says: 'no local program stands for the image nginx',
    },
    {
      because: 'a Secret is missing',
      container: { env: [{ name: 'P', valueFrom: { secretKeyRef: { name: 'none', key: 'x' } } }] },
      says: `couldn't find key x in secret "none"`,
    },
    {
      because: 'a field is unknown',
      container: { env: [{ name: 'P', valueFrom: { fieldRef: { fieldPath: 'spec.priority' } } }] },
      says: 'does not know the field spec.priority',
    },
    {
      because: 'a probe runs a command',
      container: { livenessProbe: { exec: {} } },
      says: 'probes other than httpGet',
    },
    {
      because: 'it mounts a subPath',
      container: { volumeMounts: [{ name: 'v', mountPath: '/x', subPath: 'y' }] },
      says: 'subPath mounts',
    },
    {
      because: 'a hook runs a command',
      container: { lifecycle: { preStop: { exec: {} } } },
      says: 'lifecycle hooks',
    },
    { because: 'it takes a whole environment', container: { envFrom: [{}] }, says: 'envFrom' },
  ])('refuses when $because', ({ container, says }) => {
    const refusal = plan(container)
    expect('reason' in refusal && refusal.message).toContain(says)
  })

  it('refuses a sidecar', () => {
    const sidecar = { name: 'side', image: 'tiny', restartPolicy: 'Always' }
    const pod = podWith({}, { initContainers: [sidecar] })
    expect(spawnPlan(pod, sidecar, context)).toMatchObject({ reason: 'CreateContainerConfigError' })
  })
})
